import { parseDocumentName } from '@concord/protocol';
import { scalarsRoot, type FieldSchema, type Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import { markPrefix } from './documents/keys.ts';
import { accountPrefix } from './feed/feed-keys.ts';
import { collectionPrefix } from './records/record-row.ts';

/**
 * Where each field lies, for all that ever had data, by collection and field. A field that the config no longer has is
 * remembered, as its data is still where it was.
 */
type Layout = { readonly [collection: string]: { readonly [field: string]: FieldLocation } };

interface FieldLocation {
  /** `''` for the content part. */
  readonly part: string;
  /** The root type in it; that of all scalars is one. */
  readonly root: string;
}

/** A field whose data lies in another part than the config says. Null is the content part. */
export interface Move {
  readonly collection: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** A field is to lie in another part and in another root type at once: where its data is cannot be told. */
export class AmbiguousMoveError extends Error {
  override readonly name = 'AmbiguousMoveError';

  constructor({ collection, field }: Move) {
    super(
      `${collection}.${field} has got another kind or root together with another access. ` +
        'Give it the access first and migrate, then change the kind; or the other way round.',
    );
  }
}

/** The config moves data between readers, which must not happen by the way. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError';
  readonly moves: readonly Move[];

  constructor(moves: readonly Move[]) {
    const lines = moves.map((move) => `  ${describeMove(move)}`);
    super(
      `The config gives fields that have data to other readers than before:\n${lines.join('\n')}\n` +
        'Move the data with "concord migrate", or take the change back.',
    );
    this.moves = moves;
  }
}

export function describeMove({ collection, field, from, to }: Move): string {
  const place = (part: string | null): string =>
    part === null ? 'the content of the record' : part === field ? 'a part of its own' : `the part ${part}`;
  return `${collection}.${field}: from ${place(from)} to ${place(to)}`;
}

const layoutKey = 'meta/layout';

/**
 * To be called before anything is served: what the config says of parts holds for the data.
 *
 * @throws {LayoutError} where it does not
 */
export async function checkLayout(store: Store, schema: Schema): Promise<void> {
  const moves = await pendingMoves(store, schema);
  if (moves.length > 0) throw new LayoutError(moves);
  await keepLayout(store, schema);
}

/**
 * The fields that lie elsewhere than the config says, in collections that have data.
 *
 * @throws {AmbiguousMoveError} where what is to be moved cannot be found by the config
 */
export async function pendingMoves(store: Store, schema: Schema): Promise<readonly Move[]> {
  const stored = await readLayout(store);
  const moves: Move[] = [];
  for (const [collection, { fields, partOf }] of schema.collections) {
    const moved: Move[] = [];
    const ambiguous: Move[] = [];
    for (const [field, schemaOfField] of fields) {
      const to = locationOf(schemaOfField, partOf);
      // A store that was never asked has all in the content: there were no parts.
      const from = stored === undefined ? { ...to, part: '' } : stored[collection]?.[field];
      if (from === undefined || from.part === to.part) continue;
      const move = { collection, field, from: from.part || null, to: to.part || null };
      moved.push(move);
      if (from.root !== to.root) ambiguous.push(move);
    }
    if (moved.length === 0 || !(await hasRecords(store, collection))) continue;
    if (ambiguous[0] !== undefined) throw new AmbiguousMoveError(ambiguous[0]);
    moves.push(...moved);
  }
  return moves;
}

/** From now on the config's layout is that of the data. */
export async function keepLayout(store: Store, schema: Schema): Promise<void> {
  const stored = await readLayout(store);
  const layout: Record<string, Record<string, FieldLocation>> = {};
  for (const [name, fields] of Object.entries(stored ?? {})) layout[name] = { ...fields };
  for (const [name, { fields, partOf }] of schema.collections) {
    const places = (layout[name] ??= {});
    for (const [field, schemaOfField] of fields) places[field] = locationOf(schemaOfField, partOf);
  }
  const text = JSON.stringify(layout);
  if (text === JSON.stringify(stored)) return;
  await store.commit([], (tx) => tx.put(layoutKey, new TextEncoder().encode(text)));
}

function locationOf(field: FieldSchema, partOf: ReadonlyMap<string, string>): FieldLocation {
  return { part: partOf.get(field.name) ?? '', root: 'root' in field ? field.root : scalarsRoot };
}

async function readLayout(store: Store): Promise<Layout | undefined> {
  const bytes = await store.get(layoutKey);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Layout);
}

async function hasRecords(store: Store, collection: string): Promise<boolean> {
  // One that has been typed and not been derived yet has no row.
  for await (const [key] of store.range({ prefix: markPrefix }))
    if (parseDocumentName(key.slice(markPrefix.length)).collection === collection) return true;
  for await (const [key] of store.range({ prefix: accountPrefix })) {
    const prefix = collectionPrefix(key.slice(accountPrefix.length), collection);
    for await (const _row of store.range({ prefix, limit: 1 })) return true;
  }
  return false;
}
