import { ConcordError } from '@concord/protocol';
import type { Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Admit } from '../documents/documents.ts';
import { decodeRow, rowKey } from '../records/record-row.ts';
import type { Clock } from '../clock.ts';
import type { Authenticator } from './authenticator.ts';
import { createRateLimit } from './rate-limit.ts';
import { mayCreate, mayRead, mayUpdate } from './rules.ts';

export interface AdmissionOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
}

/**
 * Decides who may open a document: the one question of `/sync` and `/yjs`.
 *
 * Another account's document, an unknown collection, part or record, and a collection that one may not
 * read are all `not_found`: nothing is to be learnt from the answer.
 */
export function createAdmission({ store, schema, authenticator, clock }: AdmissionOptions): Admit {
  const creations = createRateLimit({ max: schema.limits.maxCreationsPerMinute, windowMs: 60_000, clock });
  return async (token, address) => {
    const principal = await authenticator.authenticateCredential(token);
    const collection = schema.collections.get(address.collection);
    if (
      collection === undefined ||
      principal.account !== address.account ||
      address.part !== undefined ||
      !mayRead(principal, collection)
    ) {
      throw new ConcordError('not_found');
    }
    const bytes = await store.get(rowKey(address));
    if (bytes !== undefined && decodeRow(bytes).deleted !== undefined) throw new ConcordError('record_deleted');
    if (bytes === undefined) {
      if (!collection.createOnConnect || !mayCreate(principal, collection)) throw new ConcordError('not_found');
      if (!creations.take(`${principal.account}/${principal.user}`))
        throw new ConcordError('rate_limited', { limit: 'maxCreationsPerMinute' });
    }
    const { user: actor, name, expiresAt, credential } = principal;
    return { actor, name, readOnly: !mayUpdate(principal, collection), expiresAt, credential };
  };
}
