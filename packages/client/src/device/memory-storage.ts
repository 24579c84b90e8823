import type { DocumentStorage } from '../storage.ts';
import { mergeKept } from './merge-updates.ts';
import { defaultLimits, documentsBeyond, type StorageLimits } from './storage-limits.ts';

interface MemoryDocument {
  settled: Uint8Array[];
  /** By key. */
  readonly unsaved: Map<number, Uint8Array>;
  usedAt: number;
}

export interface MemoryOptions {
  readonly limits?: StorageLimits;
  /** Documents that are open. */
  readonly held?: () => Promise<ReadonlySet<string>>;
}

/** A storage that ends with its page, and no other tab sees. */
export function createMemoryStorage({
  limits = defaultLimits,
  held = async () => new Set(),
}: MemoryOptions = {}): DocumentStorage {
  const documents = new Map<string, MemoryDocument>();
  const values = new Map<string, unknown>();
  let lastKey = 0;
  let uses = 0;

  function use(name: string): MemoryDocument {
    let document = documents.get(name);
    if (document === undefined) documents.set(name, (document = { settled: [], unsaved: new Map(), usedAt: 0 }));
    document.usedAt = ++uses;
    return document;
  }

  async function sweep(): Promise<void> {
    const open = await held();
    const all = Array.from(documents, ([document, kept]) => ({ document, bytes: bytesOf(kept), usedAt: kept.usedAt }));
    const unsaved = all.filter(({ document }) => documents.get(document)?.unsaved.size).map(({ document }) => document);
    for (const document of documentsBeyond(limits, all, new Set([...open, ...unsaved]))) documents.delete(document);
  }

  return {
    async load(name) {
      if (!documents.has(name)) return { state: null, unsaved: [] };
      const document = use(name);
      const unsaved = Array.from(document.unsaved, ([key, update]) => ({ key, update }));
      const { compacted, ...kept } = mergeKept(document.settled, unsaved);
      if (compacted !== undefined) document.settled = [compacted];
      await sweep();
      return kept;
    },
    async append(name, update) {
      use(name).settled.push(update.slice());
    },
    async appendLocal(name, update) {
      use(name).unsaved.set(++lastKey, update.slice());
      return lastKey;
    },
    async settle(name, keys) {
      const document = documents.get(name);
      for (const key of keys) {
        const update = document?.unsaved.get(key);
        if (update !== undefined) document?.settled.push(update);
        document?.unsaved.delete(key);
      }
    },
    async erase(name, { keepUnsaved } = { keepUnsaved: false }) {
      const document = documents.get(name);
      if (keepUnsaved && document !== undefined && document.unsaved.size > 0) document.settled = [];
      else documents.delete(name);
    },
    async unsaved() {
      return Array.from(documents).flatMap(([name, { unsaved }]) => (unsaved.size > 0 ? [name] : []));
    },
    async get(name) {
      return structuredClone(values.get(name)) as never;
    },
    async put(name, value) {
      if (value === undefined) values.delete(name);
      else values.set(name, structuredClone(value));
    },
    async list(prefix) {
      const names = [...values.keys()].filter((name) => name.startsWith(prefix)).toSorted();
      return names.map((name) => structuredClone(values.get(name)) as never);
    },
    async close() {
      documents.clear();
      values.clear();
    },
  };
}

function bytesOf({ settled, unsaved }: MemoryDocument): number {
  return [...settled, ...unsaved.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
