import { ConcordError, operations, type Operation } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import { readerFor } from '../feed/changes-query.ts';
import type { ReadingRules } from '../feed/selection-request.ts';
import type { Reader } from '../feed/resume.ts';
import type { Endpoint } from './endpoint.ts';

type Asked = Pick<Endpoint, 'account' | 'id' | 'name' | 'roles' | 'events' | 'collections' | 'filter'>;

/** Types of messages that an endpoint gets because it asks for them. What concerns itself comes unasked. */
const messageTypes = ['webhook.disabled'];
const anyMessage = 'webhook.*';

/** A reader of the feed that may ask for nothing of it. */
export interface EndpointReader extends Omit<Reader, 'selection'> {
  readonly selection?: Reader['selection'];
}

/** An endpoint reads the feed as somebody with its roles would. */
function principalOf({ account, id, name, roles }: Pick<Endpoint, 'account' | 'id' | 'name' | 'roles'>): Principal {
  return { account, user: `webhook:${id}`, name, roles };
}

/**
 * How an endpoint reads the feed; without a selection where it asks for messages only. Throws `bad_request`,
 * `invalid_filter` or `not_found`, with the field at fault.
 */
export function readerOf(asked: Asked, rules: ReadingRules): EndpointReader {
  const principal = principalOf(asked);
  const read = (collections: readonly string[], filter: string | undefined): Reader =>
    readerFor({ collections, record: undefined, filter }, principal, rules);
  // What is wrong with one is said of it as it stands.
  if (asked.collections !== null) read(asked.collections, undefined);
  const collections = collectionsOf(asked);
  if (collections !== undefined) return read(collections, asked.filter ?? undefined);
  return { account: asked.account, digest: rules.access.digest(principal) };
}

export function wantsMessage({ events }: Pick<Endpoint, 'events'>, type: string): boolean {
  return events !== null && (events.includes(anyMessage) || events.includes(type));
}

type Wanted = Map<string, ReadonlySet<Operation>>;

/** What of the feed is asked for, as the feed understands it: types within collections. Undefined: nothing. */
function collectionsOf({ events, collections }: Asked): readonly string[] | undefined {
  if (events === null) return collections ?? [];
  const types = events.filter((type) => type !== anyMessage && !messageTypes.includes(type));
  if (types.length === 0) return undefined;
  if (types.includes('*')) return collections ?? [];
  const byType = unite(types.map(readType));
  const wanted = collections === null ? byType : intersect(byType, unite(collections.map(readCollection)));
  if (wanted.size === 0)
    throw new ConcordError('bad_request', { field: 'events', message: 'None of these events is of one of the collections.' });
  return [...wanted].map(([name, only]) => (only.size === operations.length ? name : `${name}:${[...only].join(',')}`));
}

/** `tickets.update`, `tickets.*`; of a log `rooms.messages.create`, `rooms.messages.*`. */
function readType(type: string): readonly [name: string, only: readonly string[]] {
  const dot = type.lastIndexOf('.');
  const [name, what] = [type.slice(0, Math.max(0, dot)), type.slice(dot + 1)];
  if (name.split('.').length <= 2) {
    if (what === '*') return [name, operations];
    if (operations.some((operation) => operation === what)) return [name, [what]];
  }
  throw new ConcordError('bad_request', {
    field: 'events',
    message: `There is no such event type; there are, for each collection, and each log, as rooms.messages, of one: tickets.*, ${operations.map((what) => `tickets.${what}`).join(', ')}; and ${anyMessage}, ${messageTypes.join(', ')}.`,
  });
}

/** `tickets`, `tickets:create,update`. What is wrong with one is said by the feed. */
function readCollection(text: string): readonly [name: string, only: readonly string[]] {
  const [name = '', only] = text.split(':');
  return [name, only?.split(',') ?? operations];
}

function unite(pairs: readonly (readonly [name: string, only: readonly string[]])[]): Wanted {
  const wanted: Wanted = new Map();
  for (const [name, only] of pairs) {
    wanted.set(name, new Set([...(wanted.get(name) ?? []), ...(only as readonly Operation[])]));
  }
  return wanted;
}

function intersect(left: Wanted, right: Wanted): Wanted {
  const both = [...left].map(([name, only]) => [name, new Set([...only].filter((what) => right.get(name)?.has(what)))] as const);
  return new Map(both.filter(([, only]) => only.size > 0));
}
