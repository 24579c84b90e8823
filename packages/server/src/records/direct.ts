import { createHash } from 'node:crypto';
import { ConcordError, isName } from '@concord/protocol';
import { validateFields, type Members } from '@concord/schema';
import type { RecordRow } from './record-row.ts';
import { lastRole, membersChange, membersField } from './membership.ts';
import { directPrefix, factsOfNew, making, type RecordWrite, type WriteContext } from './record-write.ts';

/** The id of the record that the two have between them: the same for both, and nobody else's. */
function directId(one: string, other: string): string {
  const hash = createHash('sha256').update(JSON.stringify([one, other].toSorted()));
  return `${directPrefix}${hash.digest('base64url')}`.slice(0, 32);
}

/** What there is to do for two who want to have a record between them, when it is not there, and when it is. */
export interface DirectWrites {
  readonly making: RecordWrite;
  /** Whoever of the two has left it is back. */
  readonly returning: RecordWrite;
}

/** @throws `not_found` where the collection has none of that kind, `bad_request`, and `forbidden` */
export function directWrites(context: WriteContext, other: string): DirectWrites {
  const { access, principal, collection } = context;
  const field = membersField(collection);
  if (field.direct === null) throw new ConcordError('not_found');
  if (!isName('user', other)) throw new ConcordError('bad_request', { field: 'with', message: 'This is no id of a user.' });
  if (other === principal.user)
    throw new ConcordError('bad_request', { field: 'with', message: 'It takes somebody else to talk to.' });
  const id = directId(principal.user, other);
  const role = lastRole(field);
  const both: Members = { [principal.user]: role, [other]: role };
  const fields = validateFields(collection, { ...field.direct, [field.name]: both }, 'create');
  if (!access.may(principal, 'create', collection, factsOfNew(context, id, fields))) throw new ConcordError('forbidden');
  const checkLives = ({ deleted }: RecordRow): void => {
    if (deleted !== undefined) throw new ConcordError('record_deleted');
  };
  return {
    making: making(context, id, fields),
    returning: membersChange(context, id, (members) => ({ ...both, ...members }), checkLives),
  };
}
