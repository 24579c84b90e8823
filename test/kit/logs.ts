import type { ErrorBody, LogEntry, LogPage } from '@concord/protocol';
import type { Reachable } from './requests.ts';
import type { TestUser } from './tokens.ts';

/** One log over HTTP, as that user. `refusal` answers the code of a request that is refused, or its status where it is not. */
export interface LogClient {
  post(input: object | string): Promise<LogEntry>;
  edit(id: string, text: string): Promise<LogEntry>;
  remove(id: string): Promise<void>;
  pin(id: string, pinned: boolean): Promise<LogEntry>;
  react(id: string, emoji: string): Promise<LogEntry>;
  unreact(id: string, emoji: string): Promise<LogEntry>;
  get(id: string): Promise<LogEntry>;
  page(query?: string): Promise<LogPage>;
  /** All entries, in their order. */
  all(): Promise<LogEntry[]>;
  refusal(method: string, path: string, body?: unknown): Promise<string>;
}

/** `log` is `rooms/r1/messages`. */
export function logClient(server: Pick<Reachable, 'fetch' | 'json'>, log: string, as?: TestUser): LogClient {
  const path = `/records/${log}`;
  const reaction = (id: string, emoji: string): string => `${path}/${id}/reactions/${encodeURIComponent(emoji)}`;
  const client: LogClient = {
    post: (input) => server.json('POST', path, typeof input === 'string' ? { text: input } : input, as),
    edit: (id, text) => server.json('PATCH', `${path}/${id}`, { text }, as),
    remove: (id) => server.json('DELETE', `${path}/${id}`, undefined, as),
    pin: (id, pinned) => server.json('PATCH', `${path}/${id}`, { pinned }, as),
    react: (id, emoji) => server.json('PUT', reaction(id, emoji), undefined, as),
    unreact: (id, emoji) => server.json('DELETE', reaction(id, emoji), undefined, as),
    get: (id) => server.json('GET', `${path}/${id}`, undefined, as),
    page: (query = '') => server.json('GET', `${path}?${query}`, undefined, as),
    async all() {
      const entries: LogEntry[] = [];
      for (;;) {
        const { items, hasAfter } = await client.page(`limit=200&after=${entries.at(-1)?.seq ?? 0}`);
        entries.push(...items);
        if (!hasAfter) return entries;
      }
    },
    async refusal(method, suffix, body) {
      const response = await server.fetch(`${path}${suffix}`, {
        method,
        ...(as === undefined ? {} : { as }),
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.ok) return String(response.status);
      const { code, field } = (JSON.parse(text) as ErrorBody).error;
      return field === undefined ? code : `${code} ${field}`;
    },
  };
  return client;
}
