import { openDatabase as openLevelDatabase, type Database, type OpenDatabase, type Writes } from './database.ts';

/** How a write fails. */
export interface WriteFault {
  /** Which write from now on: 1, unless told otherwise, is the next. */
  readonly nth?: number;
  readonly code?: 'ENOSPC' | 'EIO';
  /** Whether the bytes reach the disk although the write is reported as failed. */
  readonly written?: boolean;
}

/** A database for tests, real but for what it is told to do. Pass {@link FaultyDatabase.openDatabase} to `openLevelStore`. */
export interface FaultyDatabase {
  readonly openDatabase: OpenDatabase;
  /**
   * Lets one write fail. From then on the handle does what LevelDB was seen to do: it reports success and
   * writes nothing, until it is opened again.
   */
  failWrite(fault?: WriteFault): void;
  /** Lets the next `times` openings fail. */
  failOpen(times?: number, code?: 'ENOSPC' | 'EIO'): void;
  /** Lets reads fail whose key or lower bound holds this text, until it is set back to undefined. */
  failReads(holding: string | undefined): void;
  /** Keeps writes from starting until the returned function is called. */
  holdWrites(): () => void;
  /** Writes that were asked for, of all handles so far. */
  readonly writes: number;
  /** Writes that were asked of a handle after one of its writes had failed. Rule J3 says: none. */
  readonly writesAfterFailure: number;
}

export function faultyDatabase(open: OpenDatabase = openLevelDatabase): FaultyDatabase {
  let writes = 0;
  let writesAfterFailure = 0;
  let openFaults: { left: number; code: string } = { left: 0, code: 'EIO' };
  let writeFault: (WriteFault & { due: number }) | undefined;
  let readFault: string | undefined;
  let held: Promise<void> | undefined;

  function checkRead(key: string): void {
    if (readFault !== undefined && key.includes(readFault)) throw ioError('EIO', 'read');
  }

  async function openFaulty(path: string): Promise<Database> {
    if (openFaults.left > 0) {
      openFaults.left--;
      throw ioError(openFaults.code, 'open');
    }
    const database = await open(path);
    let lies = false;

    async function write(group: Writes, sync: boolean): Promise<void> {
      writes++;
      if (lies) {
        writesAfterFailure++;
        return;
      }
      const fault = writeFault;
      const fails = fault !== undefined && writes >= fault.due;
      if (fails) {
        writeFault = undefined;
        lies = true;
      }
      if (held !== undefined) {
        const copy = copied(group);
        await held;
        if (!fails) return database.write(copy, sync);
        group = copy;
      }
      if (!fails) return database.write(group, sync);
      if (fault.written === true) await database.write(group, sync);
      throw ioError(fault.code ?? 'EIO', 'write');
    }

    return {
      async get(key) {
        checkRead(key);
        return database.get(key);
      },
      async *read(bounds) {
        checkRead(bounds.gte);
        yield* database.read(bounds);
      },
      write,
      close: () => database.close(),
    };
  }

  return {
    openDatabase: openFaulty,
    failWrite(fault = {}) {
      writeFault = { ...fault, due: writes + (fault.nth ?? 1) };
    },
    failOpen(times = 1, code = 'EIO') {
      openFaults = { left: times, code };
    },
    failReads(holding) {
      readFault = holding;
    },
    holdWrites() {
      let release: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      held = gate;
      return () => {
        if (held === gate) held = undefined;
        release();
      };
    },
    get writes() {
      return writes;
    },
    get writesAfterFailure() {
      return writesAfterFailure;
    },
  };
}

/** The store may change its bytes once `write` has returned. */
function copied({ keys, values, bytes }: Writes): Writes {
  return { keys: [...keys], values: values.map((value) => value?.slice()), bytes };
}

function ioError(code: string, syscall: string): Error {
  const reason = code === 'ENOSPC' ? 'No space left on device' : 'Input/output error';
  return Object.assign(new Error(`IO error: ${reason} (injected into ${syscall})`), { code });
}
