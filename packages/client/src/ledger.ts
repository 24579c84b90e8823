/** An edit made on this device that is in no durable ack. */
export interface Edit {
  /** Of its copy in the storage, once that is written; undefined where it is in memory alone. */
  key: number | undefined;
}

/**
 * Which edits of one document the server has yet to acknowledge: "saved" is said only where it is empty.
 *
 * The server acknowledges each message in order, once it is on disk. So each message is noted with the edits it holds,
 * and an ack settles those of the oldest one. A cut connection may have lost any of them: all count as unsent again, and
 * the next handshake sends whatever the server lacks.
 */
export interface Ledger {
  readonly size: number;
  has(edit: Edit): boolean;
  /** The edit has been kept under that key. */
  keep(edit: Edit, key: number): void;
  /** One that is there already by its key is not added again. Answers whether it was added. */
  add(edit: Edit): boolean;
  /** A message with that edit has been sent; without one: with all there are. */
  sent(edit?: Edit): void;
  /** The server has the oldest message on disk, or has not taken it. Answers the edits that are saved by it. */
  acked(taken: boolean): readonly Edit[];
  /** The connection is gone: no ack will come any more. */
  lost(): void;
  /** Gives all up. */
  clear(): readonly Edit[];
}

export function createLedger(): Ledger {
  const unsaved = new Set<Edit>();
  /** The keys of those that are kept. One that is saved is not met again: its copy goes. */
  const keyed = new Set<number>();
  let flight: (readonly Edit[])[] = [];
  return {
    get size() {
      return unsaved.size;
    },
    has: (edit) => unsaved.has(edit),
    add(edit) {
      if (edit.key !== undefined && keyed.has(edit.key)) return false;
      if (edit.key !== undefined) keyed.add(edit.key);
      unsaved.add(edit);
      return true;
    },
    keep(edit, key) {
      edit.key = key;
      keyed.add(key);
    },
    sent: (edit) => void flight.push(edit === undefined ? [...unsaved] : [edit]),
    acked(taken) {
      const edits = flight.shift() ?? [];
      return taken ? edits.filter((edit) => unsaved.delete(edit)) : [];
    },
    lost() {
      flight = [];
    },
    clear() {
      const edits = [...unsaved];
      unsaved.clear();
      flight = [];
      return edits;
    },
  };
}
