import type { SchemaDescription } from '@concord/protocol';
import { readDescription } from '@concord/schema';
import type { ClientCollection, ClientPart, ClientSchema } from './client-schema.ts';
import type { Me } from './client.ts';
import type { Http } from './http.ts';
import { createCell, type Live } from './live.ts';
import type { DocumentStorage } from './storage.ts';

/** What the server says of its config to this user. */
export interface SchemaSource {
  readonly schema: Live<ClientSchema | undefined>;
  readonly me: Live<Me | undefined>;
  /** What was kept of it here, for when there is no network. */
  recall(storage: DocumentStorage): Promise<void>;
  /** Asks the server again: the config may be another, or the user's roles. */
  refresh(): Promise<void>;
}

const kept = 'schema';

export function createSchemaSource(http: Http): SchemaSource {
  const schema = createCell<ClientSchema | undefined>(undefined);
  const me = createCell<Me | undefined>(undefined, (a, b) => JSON.stringify(a) === JSON.stringify(b));
  let storage: DocumentStorage | undefined;
  let tag: string | undefined;

  function take(description: SchemaDescription): void {
    const { account, user } = description;
    me.set({ ...user, account });
    schema.set(reviveSchema(description));
  }

  return {
    schema,
    me,
    async recall(from) {
      storage = from;
      const description = await from.get<SchemaDescription>(kept);
      if (description !== undefined && schema.get() === undefined) take(description);
    },
    async refresh() {
      const response = await http.fetch('/schema', tag === undefined ? {} : { headers: { 'if-none-match': tag } });
      if (response.status === 304) return;
      const description = (await response.json()) as SchemaDescription;
      tag = response.headers.get('etag') ?? undefined;
      take(description);
      await storage?.put(kept, description);
    },
  };
}

function reviveSchema({ account, version, limits, collections }: SchemaDescription): ClientSchema {
  const revived = collections.map((description): [string, ClientCollection] => {
    const { parts: fieldSets, ...visible } = readDescription(description, limits);
    const parts = description.parts.map(
      ({ name, read, write }): ClientPart => ({ name, read, write, fields: fieldSets.get(name)?.fields ?? new Map() }),
    );
    const partOf = (field: string): ClientPart => parts.find(({ fields }) => fields.has(field)) ?? (parts[0] as ClientPart);
    const { createOnConnect, may } = description;
    return [description.name, { ...visible, createOnConnect, may, parts, partOf }];
  });
  return { account, version, collections: new Map(revived) };
}
