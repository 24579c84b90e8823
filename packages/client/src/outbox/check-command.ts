import { checkName } from '@concord/protocol';
import { validateFields } from '@concord/schema';
import type { ClientSchema } from '../client-schema.ts';
import type { Command } from '../commands.ts';

type Asked = Pick<Command, 'operation' | 'collection' | 'record' | 'values'>;

/**
 * Throws a `TypeError` for an increment: sent again, it would count twice. While the schema is not known, whatever looks
 * like one is taken for one.
 */
export function refuseIncrements(schema: ClientSchema | undefined, collection: string, values: Asked['values']): void {
  const fields = schema?.collections.get(collection)?.fields;
  for (const [field, value] of Object.entries(values ?? {})) {
    const isObject = typeof value === 'object' && value !== null;
    if (isObject && 'increment' in value && (fields === undefined || fields.get(field)?.kind === 'counter')) {
      throw new TypeError(`A command sets ${field} to a whole number; to count, use record().counter('${field}').add().`);
    }
  }
}

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
