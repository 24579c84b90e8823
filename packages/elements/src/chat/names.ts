import { titleFieldOf, titleOf } from '../controls/record-title.ts';
import type { AnyClient } from '../record/any-record.ts';

/** What people and records are called. What is not known yet is asked for, and goes by its id until then. */
export interface Names {
  user(id: string): string;
  record(collection: string, id: string): string;
  /** Takes in a name that came with something else. */
  learn(id: string, name: string): void;
}

/** As many as the server answers at once. */
const mostAtOnce = 50;

/** @param onChange is called when names have come */
export function createNames(client: AnyClient, onChange: () => void): Names {
  const users = new Map<string, string>();
  const records = new Map<string, string>();
  const asked = new Set<string>();
  const wanted: string[] = [];

  async function askForUsers(): Promise<void> {
    const ids = wanted.splice(0, mostAtOnce);
    if (wanted.length > 0) void askForUsers(); // as this one
    try {
      for (const { id, name } of await client.people({ ids })) users.set(id, name);
      onChange();
    } catch {
      // Without a network, or where nobody may be looked up, people go by their ids.
    }
  }

  async function askForRecord(collection: string, id: string): Promise<void> {
    try {
      const schema = client.schema.get()?.collections.get(collection);
      const record = (await client.get(collection as never, id)) as { readonly [field: string]: unknown };
      records.set(`${collection}/${id}`, titleOf(record, schema === undefined ? undefined : titleFieldOf(schema)));
      onChange();
    } catch {
      // One that is gone, or that one may not see, goes by its id.
    }
  }

  return {
    user(id) {
      const name = users.get(id);
      if (name !== undefined) return name;
      if (!asked.has(id)) {
        asked.add(id);
        if (wanted.push(id) === 1) queueMicrotask(() => void askForUsers()); // its failure leaves ids
      }
      return id;
    },
    record(collection, id) {
      const key = `${collection}/${id}`;
      const title = records.get(key);
      if (title !== undefined) return title;
      if (!asked.has(`#${key}`)) {
        asked.add(`#${key}`);
        void askForRecord(collection, id); // its failure leaves the id
      }
      return id;
    },
    learn: (id, name) => void users.set(id, name),
  };
}
