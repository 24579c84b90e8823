import type { ClientSchema } from '../client-schema.ts';
import type { Command } from '../commands.ts';

/**
 * Throws a `TypeError` for an increment: sent again, it would count twice. While the schema is not known, whatever looks
 * like one is taken for one.
 */
export function refuseIncrements(schema: ClientSchema | undefined, collection: string, values: Command['values']): void {
  const fields = schema?.collections.get(collection)?.fields;
  for (const [field, value] of Object.entries(values ?? {})) {
    const isObject = typeof value === 'object' && value !== null;
    if (isObject && 'increment' in value && (fields === undefined || fields.get(field)?.kind === 'counter')) {
      throw new TypeError(`A command sets ${field} to a whole number; to count, use record().counter('${field}').add().`);
    }
  }
}
