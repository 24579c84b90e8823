import type { FeedEvent, Operation, RecordView } from '@concord/protocol';
import type { CollectionSchema, Fields } from '@concord/schema';
import type { Facts } from '../access/access.ts';
import type { Projection } from '../access/projection.ts';
import { policyValues, seenState, valueIn, type PartState } from '../records/record-row.ts';
import type { PartShare, StoredEvent } from './feed.ts';
import type { Sight } from './sight.ts';

/** An event as all that share a sight get it, but for its cursor. */
export type SeenEvent = Omit<FeedEvent, 'cursor'>;

export function operationOf({ type }: StoredEvent): Operation {
  return type.slice(type.lastIndexOf('.') + 1) as Operation;
}

/**
 * The event through a sight: nothing of what it does not show is in the answer, nor does anything follow from it. What is
 * larger than `maxBytes` goes without its data.
 */
export function seenThrough(event: StoredEvent, sight: Sight, maxBytes: number): SeenEvent {
  if (event.log !== undefined) return seenEntry(event);
  const { id, type, timestamp, collection, record } = event;
  const head = { id, type, timestamp, collection, record, ...(sight.match === undefined ? {} : { match: sight.match }) };
  // One from whom a record is taken learns no more than it knew.
  if (sight.isBlind) return { ...head, version: versionBefore(event, sight.projection), changed: [], previous: {}, actors: [] };
  const version = stateOf(event, sight.projection).version;
  const change = { changed: changedThrough(event, sight), previous: previousThrough(event, sight), actors: event.actors };
  const data = viewIn(event, sight.projection);
  const seen: SeenEvent = { ...head, version, ...change };
  if (data !== undefined) {
    const whole: SeenEvent = { ...seen, data };
    // Each part's share fits by itself, which says nothing of several.
    if (sight.projection.parts.size === 0 || Buffer.byteLength(JSON.stringify(whole)) <= maxBytes) return whole;
  }
  // Of what was purged nothing was kept, and nothing is to be had.
  return data === undefined && isWhole(event) ? seen : { ...seen, truncated: true };
}

/** An entry of a log is seen by all alike. */
function seenEntry({ prior: _prior, decisive: _decisive, parts: _parts, ...event }: StoredEvent): SeenEvent {
  return event;
}

/** Whether anything happened that shows through the sight. */
export function isSeenThrough(event: StoredEvent, sight: Sight): boolean {
  if (isOnePart(event, sight.collection) || (sight.match !== undefined && sight.match !== 'stay')) return true;
  return operationOf(event) !== 'update' || changedThrough(event, sight).length > 0;
}

/** The record after the event as the projection shows it; undefined where it is not all in the event. */
export function viewIn(event: StoredEvent, projection: Projection): RecordView | undefined {
  const { collection, fields } = projection;
  const { data } = event;
  if (data === undefined || isOnePart(event, collection)) return data;
  const kept = keptIn(event);
  const values: Record<string, Fields[string]> = {};
  for (const name of fields.keys()) {
    if (!Object.hasOwn(kept, name) && isCutFrom(event, collection, collection.partOf.get(name))) return undefined;
    values[name] = valueIn(kept, name, collection);
  }
  const { id, createdAt, createdBy } = data;
  return { id, createdAt, createdBy, ...stateOf(event, projection), ...values };
}

/** Whether the event has changed one of these fields, of those that the projection shows. */
export function touches(event: StoredEvent, projection: Projection, fields: ReadonlySet<string>): boolean {
  if (['version', 'updatedAt', 'updatedBy'].some((name) => fields.has(name))) return true;
  return [event, ...Object.values(event.parts ?? {})].some(({ changed }) =>
    changed.some((name) => fields.has(name) && projection.fields.has(name)),
  );
}

/**
 * The record before the event as far as `fields` are concerned; undefined where the event does not tell what one of them
 * was: long ones are not among its previous values.
 */
export function viewBefore(event: StoredEvent, projection: Projection, fields: ReadonlySet<string>): RecordView | undefined {
  const after = viewIn(event, projection);
  if (after === undefined) return undefined;
  const shares = [event, ...Object.values(event.parts ?? {})];
  const values: Record<string, Fields[string]> = {};
  for (const name of fields) {
    if (!projection.fields.has(name)) continue;
    const share = shares.find(({ changed }) => changed.includes(name));
    if (share === undefined) continue;
    const { previous } = share;
    if (!Object.hasOwn(previous, name)) return undefined;
    values[name] = previous[name] ?? null;
  }
  // When and by whom it was updated before is not kept.
  if (fields.has('updatedAt') || fields.has('updatedBy')) return undefined;
  return { ...after, ...values, version: versionBefore(event, projection) };
}

/** What policies could ask of the record before the event and after it; undefined where it was not there, or nobody can tell. */
export function factsAround(
  event: StoredEvent,
  collection: CollectionSchema,
): { readonly before: Facts | undefined; readonly after: Facts | undefined } {
  const after = factsAfter(event, collection);
  if (after === undefined || operationOf(event) === 'create') return { before: undefined, after };
  const changed = event.decisive?.before;
  return { before: changed === undefined ? after : { ...after, ...changed }, after };
}

function factsAfter(event: StoredEvent, collection: CollectionSchema): Facts | undefined {
  const { record, data, decisive } = event;
  if (decisive?.after !== undefined) return { ...(decisive.after as Omit<Facts, 'id'>), id: record } as Facts;
  if (data === undefined) return undefined;
  const { id, createdAt, createdBy } = data;
  const kept = keptIn(event);
  return { id, createdAt, createdBy, ...policyValues(kept, () => kept, collection) };
}

/** All fields that were kept. One may lie elsewhere now than then: what was kept of it counts, wherever it was. */
function keptIn({ data, parts = {} }: StoredEvent): Fields {
  return Object.assign({}, data, ...Object.values(parts).map(({ fields }) => fields)) as Fields;
}

/** Whether all of the record lies in one document, and did then. */
function isOnePart({ parts }: StoredEvent, collection: CollectionSchema): boolean {
  return collection.parts.size === 0 && parts === undefined;
}

function changedThrough(event: StoredEvent, { collection, projection, before }: Sight): readonly string[] {
  const operation = operationOf(event);
  // To who sees it for the first time, all of it has changed.
  if (before === undefined && operation !== 'delete') return [...projection.fields.keys()];
  if (isOnePart(event, collection)) return event.changed;
  if (operation === 'delete') return [];
  if (operation === 'create') return [...projection.fields.keys()];
  const changed = new Set(event.changed);
  for (const share of Object.values(event.parts ?? {})) for (const name of share.changed) changed.add(name);
  // What is seen from now on, or no more, has changed for who sees it.
  return [...collection.fields.keys()].filter((name) => {
    const [was, is] = [before?.fields.has(name) === true, projection.fields.has(name)];
    return was && is ? changed.has(name) : was !== is;
  });
}

function previousThrough(event: StoredEvent, { collection, projection, before }: Sight): Fields {
  if (before === undefined) return {};
  if (isOnePart(event, collection)) return event.previous;
  const previous: Fields = Object.assign({}, event.previous, ...Object.values(event.parts ?? {}).map((share) => share.previous));
  return Object.fromEntries(Object.entries(previous).filter(([name]) => before.fields.has(name) && projection.fields.has(name)));
}

/** Whether nothing of the event was too large to be kept. */
function isWhole({ truncated, parts = {} }: StoredEvent): boolean {
  return truncated !== true && Object.values(parts).every(({ fields }) => fields !== undefined);
}

/** Whether what lies in that part today was too large to be kept then, or may have been in a part that is no more. */
function isCutFrom({ parts = {} }: StoredEvent, collection: CollectionSchema, part: string | undefined): boolean {
  return Object.entries(parts).some(
    ([name, { fields }]) => fields === undefined && (name === part || !collection.parts.has(name)),
  );
}

function stateOf(event: StoredEvent, projection: Projection): PartState {
  const { version, timestamp, data } = event;
  const content = { version, updatedAt: data?.updatedAt ?? timestamp, updatedBy: data?.updatedBy ?? '' };
  return seenState(content, sharesIn(event, projection));
}

function versionBefore(event: StoredEvent, projection: Projection): number {
  const { version, changed } = event;
  let before = changed.length > 0 ? version - 1 : version;
  for (const share of sharesIn(event, projection)) before += share.changed.length > 0 ? share.version - 1 : share.version;
  return before;
}

/** The shares that the projection shows. That of a part which is no more counts to where the first of its fields lies now. */
function sharesIn({ parts = {} }: StoredEvent, { collection, fields, parts: shown }: Projection): readonly PartShare[] {
  const isSeen = (name: string, share: PartShare): boolean => {
    if (collection.parts.has(name)) return shown.has(name);
    const [heir] = [...collection.fields.keys()].filter((field) => Object.hasOwn(share.fields ?? {}, field));
    return heir !== undefined && fields.has(heir);
  };
  return Object.entries(parts).flatMap(([name, share]) => (isSeen(name, share) ? [share] : []));
}
