import type { SchemaDescription } from '@concord/protocol';
import type { ClientSchema } from './client-schema.ts';
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

  async function take(description: SchemaDescription): Promise<void> {
    const { reviveSchema } = await import('./values.ts');
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
      if (description !== undefined && schema.get() === undefined) await take(description);
    },
    async refresh() {
      const response = await http.fetch('/schema', tag === undefined ? {} : { headers: { 'if-none-match': tag } });
      if (response.status === 304) return;
      const description = (await response.json()) as SchemaDescription;
      tag = response.headers.get('etag') ?? undefined;
      await take(description);
      await storage?.put(kept, description);
    },
  };
}
