import { checkName } from '@concord/protocol';
import { validateFields } from '@concord/schema';
import type { ClientSchema } from '../client-schema.ts';
import type { KeptCommand } from './kept-commands.ts';

/** What somebody wants to have done. */
export type Asked = Pick<KeptCommand, 'operation' | 'collection' | 'record' | 'values' | 'log' | 'entry' | 'body' | 'shown'>;

/**
 * Throws `invalid_name` and `invalid_record` where the server would. Of a collection that is not known, or not known yet, it
 * is the server that says so.
 */
export function checkCommand(schema: ClientSchema | undefined, { operation, collection, record, values }: Asked): void {
  checkName('collection', collection);
  checkName('record', record);
  const known = schema?.collections.get(collection);
  if (known !== undefined && values !== undefined) validateFields(known, values, operation === 'create' ? 'create' : 'update');
}
