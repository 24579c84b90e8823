import { ConcordError } from '@concord/protocol';

/**
 * The parameters of a query, each at most once. Throws `bad_request` for one that is given twice or is not
 * among `allowed`: a misspelled `filter` must not answer with everything.
 */
export function readQuery<Name extends string>(query: unknown, allowed: readonly Name[]): { readonly [name in Name]?: string } {
  const names: readonly string[] = allowed;
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (name === 'token') continue;
    if (!names.includes(name))
      throw new ConcordError('bad_request', { message: `There is no such parameter here; there are: ${names.join(', ')}.` });
    if (typeof value !== 'string')
      throw new ConcordError('bad_request', { field: name, message: `${name} is given more than once.` });
    values[name] = value;
  }
  return values as { readonly [name in Name]?: string };
}

export function readFlag(name: string, value: string | undefined): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new ConcordError('bad_request', { field: name, message: `${name} is true or false.` });
}

/** A whole number from 1 to `max`. */
export function readCount(
  name: string,
  value: string | undefined,
  { fallback, max }: { readonly fallback: number; readonly max: number },
): number {
  if (value === undefined) return fallback;
  const count = /^[0-9]{1,15}$/.test(value) ? Number(value) : 0;
  if (count < 1 || count > max)
    throw new ConcordError('bad_request', { field: name, message: `${name} is a whole number from 1 to ${max}.` });
  return count;
}
