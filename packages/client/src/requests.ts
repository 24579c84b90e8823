import { ConcordError, type RecordView } from '@concord/protocol';
import type { MemberCommands, Person } from './client.ts';
import type { Core } from './core.ts';

/** What a client asks of the server for nobody but who called. */
export interface Requests {
  people(
    search: { readonly query: string; readonly limit?: number } | { readonly ids: readonly string[] },
  ): Promise<readonly Person[]>;
  direct(collection: string, user: string): Promise<string>;
  /** Rejects with `not_found` where nobody belongs to records of that collection. */
  members(collection: string, record: string): Promise<MemberCommands>;
}

export function createRequests({ http, schema, known }: Pick<Core, 'http' | 'schema' | 'known'>): Requests {
  return {
    async people(search) {
      const asked =
        'ids' in search
          ? search.ids.map((id): [string, string] => ['id', id])
          : Object.entries({ query: search.query, limit: String(search.limit ?? 20) });
      if (asked.length === 0) return [];
      const path = `/users?${new URLSearchParams(asked).toString()}`;
      const { items } = await http.json<{ readonly items: readonly Person[] }>('GET', path);
      return items.map(({ id, name }) => ({ id, name }));
    },
    async direct(collection, user) {
      return (await http.json<RecordView>('POST', `/records/${collection}/direct`, { with: user })).id;
    },
    async members(collection, record) {
      await known();
      const fields = schema.schema.get()?.collections.get(collection)?.fields.values() ?? [];
      const field = [...fields].find((one) => one.kind === 'members');
      const me = schema.me.get()?.id;
      if (field?.kind !== 'members' || me === undefined) throw new ConcordError('not_found');
      const path = (user: string): string => `/records/${collection}/${record}/${field.name}/${encodeURIComponent(user)}`;
      const set = async (user: string, role: string): Promise<void> => void (await http.json('PUT', path(user), { role }));
      const remove = async (user: string): Promise<void> => await http.json('DELETE', path(user));
      return { set, remove, join: () => set(me, field.roles.at(-1) ?? ''), leave: () => remove(me) };
    },
  };
}
