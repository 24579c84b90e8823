import { ConcordError, segmentAt, type RecordAddress } from '@concord/protocol';
import type { CollectionSchema, Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { RightsOn } from '../documents/audience.ts';
import type { Admit, AdmitPresence } from '../documents/entrance.ts';
import { partAt } from '../documents/part-plan.ts';
import { isPartThere } from '../logs/log-reader.ts';
import { decodeRow, emptyFields, factsOf, policyValues, rowKey, type RecordRow } from '../records/record-row.ts';
import type { Clock } from '../clock.ts';
import { logRights, type Access, type Facts } from './access.ts';
import type { Authenticator } from './authenticator.ts';
import type { Principal } from './principal.ts';
import { createRateLimit } from './rate-limit.ts';

export interface AdmissionOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
}

/**
 * Decides who may open a document: the one question of `/sync` and `/yjs`.
 *
 * Another account's document, an unknown collection, part or record, and what one may not read are all
 * `not_found`: nothing is to be learnt from the answer.
 */
export function createAdmission({ store, schema, access, authenticator, clock }: AdmissionOptions): Admit {
  const readRow = async (address: RecordAddress): Promise<RecordRow | undefined> => {
    const bytes = await store.get(rowKey(address));
    return bytes && decodeRow(bytes);
  };
  const creations = createRateLimit({ max: schema.limits.maxCreationsPerMinute, windowMs: 60_000, clock });
  return async (token, address, live) => {
    const principal = await authenticator.authenticateCredential(token);
    const collection = schema.collections.get(address.collection);
    const part = collection && partAt(collection, address);
    if (collection === undefined || part === undefined || principal.account !== address.account)
      throw new ConcordError('not_found');
    const row = live() ?? (await readRow(address));
    if (row === undefined) {
      const facts = factsOfNew(principal, address, collection, clock);
      const mayBegin = collection.createOnConnect && part.name === null && access.may(principal, 'read', collection, facts);
      if (!mayBegin || !access.may(principal, 'create', collection, facts)) throw new ConcordError('not_found');
      if (!creations.take(`${principal.account}/${principal.user}`))
        throw new ConcordError('rate_limited', { limit: 'maxCreationsPerMinute' });
      return { principal, readOnly: !access.mayWrite(principal, collection, part, facts) };
    }
    const facts = factsOf(row, collection);
    if (access.projection(principal, collection, facts)?.shows(part.name) !== true) throw new ConcordError('not_found');
    if (row.deleted !== undefined) throw new ConcordError('record_deleted');
    if (!(await isPartThere(store, address))) throw new ConcordError('not_found');
    return { principal, readOnly: !access.mayWrite(principal, collection, part, facts) };
  };
}

/**
 * Decides who may open the presence of a collection: who may read each of its records. Where that depends on the record,
 * whoever may read some of them, and is shown who is here, but not where: that would tell which records there are. Who is
 * let in to one record alone is not shown who else there is.
 */
export function createPresenceAdmission({
  schema,
  access,
  authenticator,
}: Pick<AdmissionOptions, 'schema' | 'access' | 'authenticator'>): AdmitPresence {
  return async (token, address) => {
    const principal = await authenticator.authenticateCredential(token);
    const collection = schema.collections.get(address.collection);
    const sight = collection && access.standing(principal, collection);
    if (sight === undefined || principal.account !== address.account) throw new ConcordError('not_found');
    if (principal.only !== undefined) throw new ConcordError('forbidden');
    return { principal, readOnly: true, sight: sight === 'undecided' ? 'people' : sight };
  };
}

/** What somebody may do with a part that is loaded, by the record as it was last published. */
export function createRights(schema: Schema, access: Access, clock: Clock): RightsOn {
  return (principal, { address, record }) => {
    const collection = schema.collections.get(address.collection);
    const part = collection && partAt(collection, address);
    if (collection === undefined || part === undefined) return { write: false };
    const { row } = record;
    const facts = row === undefined ? factsOfNew(principal, address, collection, clock) : factsOf(row, collection);
    const sight = access.projection(principal, collection, facts);
    if (sight?.shows(part.name) !== true) return { write: false };
    const log = address.part === undefined ? undefined : segmentAt(address.part)?.log;
    return {
      sight,
      write: access.mayWrite(principal, collection, part, facts),
      ...(log === undefined ? {} : { log: logRights((action) => access.mayLog(principal, collection, log, action, facts)) }),
    };
  };
}

/** A record that `principal` is about to make without a word on what is in it. */
function factsOfNew(principal: Principal, { record }: RecordAddress, collection: CollectionSchema, clock: Clock): Facts {
  return {
    id: record,
    createdAt: new Date(clock.now()).toISOString(),
    createdBy: principal.user,
    ...policyValues(emptyFields(collection.content), () => undefined, collection),
  };
}
