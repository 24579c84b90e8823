import type * as Y from 'yjs';
import { ConcordError, segmentAt, type PartAddress } from '@concord/protocol';
import { rootRules, scalarsRoot, segmentRules, type CollectionSchema, type PartSchema, type Schema } from '@concord/schema';
import { Guard } from './guard.ts';

/** What all documents of one part of a collection have in common. */
export interface PartPlan {
  readonly guard: Guard;
  /** Whether a transaction has changed what policies read; absent where they read nothing of this part. */
  readonly decides: ((transaction: Y.Transaction) => boolean) | undefined;
}

export class PartPlans {
  readonly #schema: Schema;
  readonly #plans = new WeakMap<PartSchema, PartPlan>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** @throws `not_found` where the config has no such collection or part */
  of(address: PartAddress): PartPlan {
    const collection = this.#schema.collections.get(address.collection);
    const part = collection && partAt(collection, address);
    if (part === undefined) throw new ConcordError('not_found');
    let plan = this.#plans.get(part);
    if (plan === undefined)
      this.#plans.set(
        part,
        (plan = {
          guard: new Guard(isSegment(address) ? segmentRules : rootRules(part)),
          decides: decidesIn(collection as CollectionSchema, part),
        }),
      );
    return plan;
  }
}

/** The part that an address names, if the collection has it. */
export function partAt({ content, parts, logs }: CollectionSchema, { part }: PartAddress): PartSchema | undefined {
  if (part === undefined) return content;
  const segment = segmentAt(part);
  return segment === undefined ? parts.get(part) : logs.get(segment.log)?.part;
}

/** Whether it is the address of a segment of a log. */
function isSegment({ part }: PartAddress): boolean {
  return part !== undefined && segmentAt(part) !== undefined;
}

function decidesIn({ policyFields }: CollectionSchema, { fields }: PartSchema): PartPlan['decides'] {
  const scalars = new Set<string>();
  const roots = new Set<string>();
  for (const name of policyFields) {
    const field = fields.get(name);
    if (field === undefined) continue;
    if ('root' in field) roots.add(field.root);
    else scalars.add(name);
  }
  if (scalars.size + roots.size === 0) return undefined;
  return ({ changed, doc }) => {
    for (const root of roots) if (changed.has(doc.getMap(root) as never)) return true;
    for (const key of changed.get(doc.getMap(scalarsRoot) as never) ?? []) if (key !== null && scalars.has(key)) return true;
    return false;
  };
}
