import type { SchemaDescription } from '@concord/protocol';
import type { ClientSchema } from './client-schema.ts';
import type { Me } from './client.ts';
import type { Http } from './http.ts';
import { createCell, type Live } from './live.ts';
import type { DocumentStorage } from './storage.ts';

export type ReviveSchema = (description: SchemaDescription) => ClientSchema;

/** What the server says of its config to this user. */
export interface SchemaSource {
  readonly schema: Live<ClientSchema | undefined>;
  readonly me: Live<Me | undefined>;
  /** What was kept of it here, for when there is no network. */
  recall(storage: DocumentStorage, revive: ReviveSchema): Promise<void>;
  /** Once recalled: asks the server again, as the config may be another, or the user's roles. */
  refresh(): Promise<void>;
}

const kept = 'schema';

export function createSchemaSource(http: Http): SchemaSource {
  const schema = createCell<ClientSchema | undefined>(undefined);
  const me = createCell<Me | undefined>(undefined, (a, b) => JSON.stringify(a) === JSON.stringify(b));
  let storage: DocumentStorage | undefined;
  let reviveSchema: ReviveSchema | undefined;
  let tag: string | undefined;

  function take(description: SchemaDescription): void {
    const { account, user } = description;
    me.set({ ...user, account });
    schema.set(reviveSchema?.(description));
  }

  return {
    schema,
    me,
    async recall(from, revive) {
      storage = from;
      reviveSchema = revive;
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
