import type { ClientCollection } from '@concord/client';
import type { MembersSchema } from '@concord/schema';
import { titleFieldOf } from '../collection/title-field.ts';

/** Where a collection that people talk in holds what its rooms are. */
export interface RoomShape {
  readonly collection: ClientCollection;
  readonly members: MembersSchema;
  /** What is said in it. */
  readonly log: string;
  readonly title: string | null;
  readonly topic: string | null;
  /** A choice that says who finds it: `public`, `private`, `direct`, `support`. */
  readonly kind: string | null;
  /** A switch that ends it. */
  readonly archived: string | null;
}

/** A collection whose records have members and a log holds rooms; null of any other. */
export function roomShapeOf(collection: ClientCollection): RoomShape | null {
  const fields = [...collection.fields.values()];
  const members = fields.find((field) => field.kind === 'members');
  const [log] = collection.logs.keys();
  if (members === undefined || log === undefined) return null;
  const named = (name: string, ...kinds: readonly string[]): string | null =>
    fields.some((field) => field.name === name && kinds.includes(field.kind)) ? name : null;
  return {
    collection,
    members,
    log,
    title: titleFieldOf(collection),
    topic: named('topic', 'string', 'text'),
    kind: named('kind', 'enum'),
    archived: named('archived', 'boolean'),
  };
}

/** The kinds that a room may be made in by hand: the others are made by writing to somebody, or by visitors. */
export function kindsToMake({ collection, kind }: RoomShape): readonly string[] {
  const field = kind === null ? undefined : collection.fields.get(kind);
  return field?.kind === 'enum' ? field.values.filter((value) => value !== 'direct' && value !== 'support') : [];
}

/** Whether two people can have a room between them. */
export function hasDirect({ collection, kind }: RoomShape): boolean {
  const field = kind === null ? undefined : collection.fields.get(kind);
  return field?.kind === 'enum' && field.values.includes('direct');
}
