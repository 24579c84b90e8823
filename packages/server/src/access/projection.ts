import type { Limits } from '@concord/protocol';
import type { CollectionSchema, FieldSchema, VisibleCollection } from '@concord/schema';

/**
 * The share of a collection that somebody may see: the content and some of the parts. There is one object for
 * each such share, so that what is made for one reader serves all that see the same.
 */
export class Projection implements VisibleCollection {
  readonly collection: CollectionSchema;
  readonly name: string;
  readonly limits: Limits;
  /** The parts with access of their own that belong to it. */
  readonly parts: ReadonlySet<string>;
  readonly logs: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  /** Names it among the projections of its collection. */
  readonly key: string;
  /** No field is left out. */
  readonly hasAllFields: boolean;
  /** Nothing of the collection is left out. */
  readonly isWhole: boolean;

  /** Use {@link projectionOf}, which makes one of each. */
  constructor(collection: CollectionSchema, parts: ReadonlySet<string>, logs: ReadonlySet<string>, key: string) {
    this.collection = collection;
    this.name = collection.name;
    this.limits = collection.limits;
    this.parts = parts;
    this.logs = logs;
    this.key = key;
    this.hasAllFields = parts.size === collection.parts.size;
    this.isWhole = this.hasAllFields && logs.size === collection.logs.size;
    this.fields = this.hasAllFields
      ? collection.fields
      : new Map(
          [...collection.fields].filter(([field]) => {
            const part = collection.partOf.get(field);
            return part === undefined || parts.has(part);
          }),
        );
  }

  /** Whether it shows that part, or log; the content part, which has no name, is shown always. */
  shows(part: string | null): boolean {
    return part === null || this.parts.has(part) || this.logs.has(part);
  }

  /** What both show. */
  and(other: Projection): Projection {
    if (other === this || other.isWhole) return this;
    return projectionOf(this.collection, (part) => this.shows(part) && other.shows(part));
  }
}

const projections = new WeakMap<CollectionSchema, Map<string, Projection>>();

/** The projection that shows the content, and the parts and logs for which `shows` is true. */
export function projectionOf(collection: CollectionSchema, shows: (part: string) => boolean): Projection {
  let known = projections.get(collection);
  if (known === undefined) projections.set(collection, (known = new Map()));
  const parts = collection.parts.size === 0 ? [] : [...collection.parts.keys()].filter(shows);
  const logs = collection.logs.size === 0 ? [] : [...collection.logs.keys()].filter(shows);
  // No name of a part is one of a log.
  const key = [...parts, ...logs].join();
  let projection = known.get(key);
  if (projection === undefined) known.set(key, (projection = new Projection(collection, new Set(parts), new Set(logs), key)));
  return projection;
}
