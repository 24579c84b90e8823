import { expect } from 'vitest';
import type { RecordView } from '@concord/protocol';
import { BrokenPromise, expected, type Target } from './target.ts';

/** What a record has come to: its title, or null once it is deleted. */
type State = string | null;

/** A program that writes records by request, one request at a time, and notes what it was answered. */
export interface RestWriter {
  /** Makes records that it will write to, by one batch. */
  create(target: Target, ids: readonly string[]): Promise<void>;
  /** Writes until the server is gone. */
  follow(target: Target): Promise<void>;
  /**
   * Compares all that it knows with the records there are now, by their ids. What it was answered must be
   * there; the request that was under way at the end must be there as a whole, or not at all.
   */
  check(found: ReadonlyMap<string, RecordView>): void;
  readonly collection: string;
  /** Title by `<collection>/<record>@<version>` of each answer: an event of the feed must say the same. */
  readonly answered: ReadonlyMap<string, string>;
  /** Records that it was told are deleted. */
  readonly deleted: ReadonlySet<string>;
}

export interface RestWriterOptions {
  readonly collection: string;
  /** Ids of its records begin with this. */
  readonly label: string;
  /** Only titles are changed; else records come and go. */
  readonly titlesOnly?: boolean;
}

/** Records that are written to again: the newest. */
const maxInUse = 40;

export function createRestWriter({ collection, label, titlesOnly = false }: RestWriterOptions): RestWriter {
  const states = new Map<string, State>();
  const answered = new Map<string, string>();
  const deleted = new Set<string>();
  let inUse: string[] = [];
  let underWay: Map<string, State> | undefined;
  let made = 0;

  /** Sends what makes `changes` true, and takes it as true once that is answered. */
  async function send(target: Target, method: string, path: string, body: unknown, changes: Map<string, State>): Promise<void> {
    underWay = changes;
    const response = await fetch(`${target.server.url}/api/v1/records/${collection}${path}`, {
      method,
      headers: { authorization: `Bearer ${target.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new BrokenPromise(`${method} ${collection}${path}: ${response.status} ${text}`);
    underWay = undefined;
    for (const [id, state] of changes) {
      states.set(id, state);
      target.ledger.acknowledge(recordsLedger, `${state ?? `deleted ${id}`}`);
    }
    if (text === '') {
      for (const id of changes.keys()) deleted.add(`${collection}/${id}`);
      return;
    }
    const answer = JSON.parse(text) as RecordView | { readonly items: readonly RecordView[] };
    for (const { id, version, title } of 'items' in answer ? (answer.items as readonly RecordView[]) : [answer]) {
      answered.set(`${collection}/${id}@${version}`, title as string);
    }
  }

  function inputs(changes: Map<string, State>): { id: string; title: State }[] {
    return [...changes].map(([id, title]) => ({ id, title }));
  }

  function titled({ ledger }: Target, ids: readonly string[]): Map<string, State> {
    return new Map(ids.map((id) => [id, ledger.marker()]));
  }

  function newIds(count: number): string[] {
    return Array.from({ length: count }, () => `${label}-${made++}`);
  }

  async function create(target: Target, ids: readonly string[]): Promise<void> {
    const changes = titled(target, ids);
    const records = inputs(changes);
    if (records.length === 1) await send(target, 'POST', '', records[0], changes);
    else await send(target, 'POST', '/batch', { records }, changes);
    inUse = [...inUse, ...ids].slice(-maxInUse);
  }

  async function update(target: Target, ids: readonly string[]): Promise<void> {
    const changes = titled(target, ids);
    const records = inputs(changes);
    if (records.length === 1) await send(target, 'PATCH', `/${ids[0]}`, { title: records[0]?.title }, changes);
    else await send(target, 'PATCH', '/batch', { records }, changes);
  }

  async function remove(target: Target, ids: readonly string[]): Promise<void> {
    const changes = new Map(ids.map((id) => [id, null]));
    inUse = inUse.filter((id) => !changes.has(id));
    if (ids.length === 1) await send(target, 'DELETE', `/${ids[0]}`, undefined, changes);
    else await send(target, 'DELETE', '/batch', { ids }, changes);
  }

  async function writeOnce(target: Target): Promise<void> {
    const { random } = target;
    const count = random.pick([1, 1, 1, 2, 4]);
    const ids = [...new Set(Array.from({ length: count }, () => random.pick(inUse)))];
    if (titlesOnly) await update(target, ids);
    else if (inUse.length < 5 || random.chance(0.3)) await create(target, newIds(count));
    else if (random.chance(0.2)) await remove(target, ids);
    else await update(target, ids);
  }

  return {
    collection,
    answered,
    deleted,
    create,
    async follow(target) {
      try {
        if (inUse.length === 0) await create(target, newIds(1));
        while (!target.ended) await writeOnce(target);
      } catch (error) {
        expected(target, error);
      }
    },
    check(found) {
      const stateOf = (id: string): State => (found.get(id)?.['title'] as string | undefined) ?? null;
      if (underWay !== undefined) {
        const ids = [...underWay.keys()];
        const happened = ids.filter((id) => stateOf(id) === underWay?.get(id));
        expect([[], ids], 'a request that was under way happened as a whole or not at all').toContainEqual(happened);
        if (happened.length > 0) for (const [id, state] of underWay) states.set(id, state);
        inUse = inUse.filter((id) => states.get(id) !== null);
        underWay = undefined;
      }
      const wrong = [...states].filter(([id, state]) => stateOf(id) !== state);
      expect(wrong, `${collection} of ${label} that are not as they were answered`).toEqual([]);
    },
  };
}

/** The ledger's name for what was written by request; it is checked here. */
const recordsLedger = '';
