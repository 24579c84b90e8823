import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { ConcordError } from '@concord/protocol';

/**
 * How deep types may lie in types, and values in values. Rich text is shown to 100 levels, lists and JSON to
 * far fewer. Yjs deletes, decodes and encodes by recursion: beyond some thousands of levels it fails
 * half-way, here and in every browser that has the document open.
 */
const maxDepth = 256;

/**
 * Looks at an update before anything is applied to `document`: what is refused here leaves no trace.
 *
 * Yjs applies an update while it decodes it, so a cut one would leave its first half behind. It is
 * therefore decoded once as a whole. Some that can be decoded are poison: structs of no length, clocks past
 * what a number holds, items that build on themselves, types nested without end. Yjs takes them, and fails
 * half-way, at a later edit, or at every load from then on.
 *
 * @throws `too_large`, `invalid_update`
 */
export function admit(update: Uint8Array, maxBytes: number, document: Y.Doc): News {
  if (update.byteLength > maxBytes) {
    throw new ConcordError('too_large', { message: `An update may have ${maxBytes} bytes, this one has ${update.byteLength}.` });
  }
  try {
    const decoded = Y.decodeUpdate(update);
    check(decoded, document);
    return { clients: newcomers(decoded, document), deletions: decoded.ds };
  } catch (cause) {
    throw new ConcordError('invalid_update', { cause });
  }
}

/** What an update brings. */
export interface News {
  /** The client ids under which it has structs that the document has not (R4). */
  readonly clients: ReadonlySet<number>;
  readonly deletions: Decoded['ds'];
}

export const noNews: News = { clients: new Set(), deletions: Y.createDeleteSet() };

/** Whether all of that is deleted in the document already. Looks at nothing else in it. */
export function isDeleted({ store }: Y.Doc, deletions: Decoded['ds']): boolean {
  for (const [client, spans] of deletions.clients) {
    const structs = store.clients.get(client) ?? [];
    for (const { clock, len } of spans) {
      if (clock + len > Y.getState(store, client)) return false;
      for (let index = Y.findIndexSS(structs, clock); index < structs.length; index++) {
        const struct = structs[index] as (typeof structs)[number];
        if (struct.id.clock >= clock + len) break;
        if (!struct.deleted) return false;
      }
    }
  }
  return true;
}

function newcomers({ structs }: Decoded, { store }: Y.Doc): ReadonlySet<number> {
  const clients = new Set<number>();
  for (const { id, length, constructor } of structs) {
    if (constructor !== Y.Skip && id.clock + length > Y.getState(store, id.client)) clients.add(id.client);
  }
  return clients;
}

type Decoded = ReturnType<typeof Y.decodeUpdate>;
type Struct = Decoded['structs'][number];

function check({ structs, ds }: Decoded, document: Y.Doc): void {
  const types: Y.Item[] = [];
  const ends = new Map<number, number>();
  for (const struct of structs) {
    const { client, clock } = struct.id;
    checkSpan(clock, struct.length);
    // Where a client has two rows of structs Yjs applies the last of them, and merges both.
    if (clock !== (ends.get(client) ?? clock)) throw new RangeError('The structs of a client are no row');
    ends.set(client, clock + struct.length);
    if (!(struct instanceof Y.Item)) continue;
    checkPlace(struct);
    checkKnown(struct, document);
    if (struct.content instanceof Y.ContentType) types.push(struct);
    else checkValues(struct.content);
  }
  for (const spans of ds.clients.values()) for (const { clock, len } of spans) checkSpan(clock, len);
  checkWaiting(structs, document);
  if (types.length > 0) checkNesting(types, structs, waitingIn(document), document);
}

/** What the document keeps aside until that has come on which it depends. */
function waitingIn({ store: { pendingStructs } }: Y.Doc): readonly Struct[] {
  return pendingStructs === null ? [] : Y.decodeUpdateV2(pendingStructs.update).structs;
}

/** From where to where something waits, by client. */
type Spans = ReadonlyMap<number, readonly [from: number, to: number]>;

/** Kept as long as the same waits: it may be much, and each update asks. */
const waitingSpans = new WeakMap<Uint8Array, Spans>();

function waitingSpansIn({ store: { pendingStructs } }: Y.Doc): Spans {
  if (pendingStructs === null) return new Map();
  const { update } = pendingStructs;
  let spans = waitingSpans.get(update);
  if (spans === undefined) {
    const { from, to } = Y.parseUpdateMetaV2(update);
    spans = new Map([...from].map(([client, clock]) => [client, [clock, to.get(client) ?? clock]]));
    waitingSpans.set(update, spans);
  }
  return spans;
}

function checkSpan(clock: number, length: number): void {
  if (length < 1 || !Number.isSafeInteger(clock + length)) throw new RangeError(`A span of ${length} at ${clock}`);
}

/** What an item builds on was there before it. Yjs waits for what others have yet to send, not for its own author. */
function checkPlace({ id, origin, rightOrigin, parent }: Y.Item): void {
  for (const other of [origin, rightOrigin, parent]) {
    if (other instanceof Y.ID && other.client === id.client && other.clock >= id.clock)
      throw new RangeError('An item builds on itself');
  }
}

/**
 * What is known already built on what is known. Yjs looks up what it builds on once more, and would put it aside together
 * with what it has applied since.
 *
 * Where only the beginning of an item is known, that has to lie where the item does: Yjs puts the rest behind it, and looks
 * for no place of its own.
 */
function checkKnown(item: Y.Item, document: Y.Doc): void {
  const { client, clock } = item.id;
  const known = Y.getState(document.store, client);
  if (clock >= known) return;
  const place = placeIn(document, item);
  if (place === undefined) throw new RangeError('An item that is known builds on what is not');
  if (clock + item.length <= known || place.parent === null) return;
  const beginning = structIn(document, Y.createID(client, known - 1));
  const isRight = beginning instanceof Y.Item && beginning.parent === place.parent && beginning.parentSub === place.parentSub;
  if (!isRight) throw new RangeError('An item goes on elsewhere than it begins');
}

/** What tells once more of an item that waits has to say the same: the item comes to what is known by then, as above. */
function checkWaiting(structs: readonly Struct[], document: Y.Doc): void {
  const spans = waitingSpansIn(document);
  const retold = structs.filter(({ id, length }) => {
    const [from, to] = spans.get(id.client) ?? [0, 0];
    return id.clock < to && from < id.clock + length;
  });
  if (retold.length === 0) return;
  const findWaiting = finder(waitingIn(document));
  for (const struct of retold) {
    for (const item of findWaiting(struct.id, struct.length)) {
      if (!(struct instanceof Y.Item && isOneWith(struct, item))) {
        throw new RangeError('An item waits that is told in two ways');
      }
    }
  }
}

/** Whether both say of the later of their beginnings that it lies in the same place. */
function isOneWith(a: Y.Item, b: Y.Item): boolean {
  const clock = Math.max(a.id.clock, b.id.clock);
  const [one, other] = [a, b].map(({ id, origin, rightOrigin, parent, parentSub }) =>
    id.clock === clock
      ? { origin, rightOrigin, parent, parentSub }
      : { origin: Y.createID(id.client, clock - 1), rightOrigin, parent: null, parentSub: null },
  );
  return isDeepStrictEqual(one, other);
}

function checkValues(content: Y.Item['content']): void {
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) checkDepth(content.arr, maxDepth);
  else if (content instanceof Y.ContentEmbed) checkDepth(content.embed, maxDepth);
  else if (content instanceof Y.ContentFormat) checkDepth(content.value, maxDepth);
}

function checkDepth(value: unknown, left: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (left === 0) throw new RangeError(`Values are nested deeper than ${maxDepth} levels`);
  for (const inner of Object.values(value)) checkDepth(inner, left - 1);
}

/**
 * A type lies in the type that it names, or where the item lies that it stands beside. Either may come with
 * this update, be in the document, or wait there for what it depends on itself; what nobody knows yet counts
 * as a root, and is checked when it comes.
 */
function checkNesting(types: readonly Y.Item[], structs: readonly Struct[], waiting: readonly Struct[], document: Y.Doc): void {
  const find = finder([...structs, ...waiting]);
  const depths = new Map<Y.Item, number>();
  const all = waiting.length === 0 ? types : [...types, ...waiting];
  for (const type of all) {
    if (!(type instanceof Y.Item) || !(type.content instanceof Y.ContentType)) continue;
    // Up to an item whose depth is known, then down again: recursion would be the first to fail.
    const path = new Set<Y.Item>();
    let depth = 0;
    for (let item: Y.Item | undefined = type; item !== undefined && !path.has(item);) {
      const known = depths.get(item);
      if (known !== undefined) {
        depth = known;
        break;
      }
      path.add(item);
      const next = placeOf(item);
      item = next && find(next)[0];
      if (next !== undefined && item === undefined) depth = depthIn(document, next);
    }
    for (const item of [...path].toReversed()) {
      if (item.parent !== null) depth++;
      if (depth > maxDepth) throw new RangeError(`Types are nested deeper than ${maxDepth} levels`);
      depths.set(item, depth);
    }
  }
}

/** The item that says how deep this one lies; none at a root. */
function placeOf({ parent, origin, rightOrigin }: Y.Item): Y.ID | undefined {
  if (parent !== null) return parent instanceof Y.ID ? parent : undefined;
  return origin ?? rightOrigin ?? undefined;
}

/** Finds the items that hold a span of ids. */
function finder(structs: readonly Struct[]): (id: Y.ID, length?: number) => readonly Y.Item[] {
  const byClient = Map.groupBy(structs, ({ id }) => id.client);
  for (const list of byClient.values()) list.sort((a, b) => a.id.clock - b.id.clock);
  return ({ client, clock }, length = 1) => {
    const list = byClient.get(client) ?? [];
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle] as Struct).id.clock <= clock) low = middle + 1;
      else high = middle;
    }
    const found: Y.Item[] = [];
    for (let index = Math.max(0, low - 1); index < list.length; index++) {
      const struct = list[index] as Struct;
      if (struct.id.clock >= clock + length) break;
      if (struct instanceof Y.Item && clock < struct.id.clock + struct.length) found.push(struct);
    }
    return found;
  };
}

function structIn({ store }: Y.Doc, id: Y.ID): Y.Item | Y.GC | undefined {
  return id.clock < Y.getState(store, id.client) ? Y.getItem(store, id) : undefined;
}

/** Where Yjs would put an item: its `parent` is null where that is gone. Undefined as long as that is not known. */
function placeIn(
  document: Y.Doc,
  { origin, rightOrigin, parent, parentSub }: Y.Item,
): Pick<Y.Item, 'parent' | 'parentSub'> | undefined {
  const gone = { parent: null, parentSub: null };
  if (typeof parent === 'string') return { parent: document.share.get(parent) ?? parent, parentSub };
  const known: (Y.Item | Y.GC)[] = [];
  for (const id of [origin, rightOrigin, parent]) {
    if (!(id instanceof Y.ID)) continue;
    const struct = structIn(document, id);
    if (struct === undefined) return undefined;
    known.push(struct);
  }
  const [first] = known;
  if (!known.every((struct) => struct instanceof Y.Item) || !(first instanceof Y.Item)) return gone;
  if (!(parent instanceof Y.ID)) return first;
  return first.content instanceof Y.ContentType ? { parent: first.content.type, parentSub } : gone;
}

/** How many types lie around the item with that id in the document. */
function depthIn(document: Y.Doc, id: Y.ID): number {
  let depth = 0;
  for (let item: ReturnType<typeof structIn> | null = structIn(document, id); item instanceof Y.Item; depth++) {
    const { parent }: Y.Item = item;
    item = parent instanceof Y.AbstractType ? parent._item : null;
  }
  return depth;
}
