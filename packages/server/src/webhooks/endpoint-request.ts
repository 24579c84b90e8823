import { isIP } from 'node:net';
import { ConcordError, isName } from '@concord/protocol';
import { areRoles } from '../access/tokens.ts';
import type { AddressRules } from './address-rules.ts';
import type { Endpoint } from './endpoint.ts';
import { checkExtraHeaders } from './extra-headers.ts';

/** What may be said of an endpoint when it is made or changed. */
export interface EndpointChanges extends Partial<
  Pick<Endpoint, 'url' | 'name' | 'events' | 'collections' | 'filter' | 'headers' | 'roles'>
> {
  readonly enabled?: boolean;
  /** Of a new one: a cursor, `0` or `now`. */
  readonly since?: string;
}

type Check<T> = (value: unknown) => T;

const maxUrlChars = 2048;
const maxItems = 100;

/** Checks all that needs no knowledge of the config. Throws `bad_request` or `address_not_allowed` with the field at fault. */
export function checkEndpointRequest(request: unknown, rules: AddressRules, isNew: boolean): EndpointChanges {
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    throw new ConcordError('bad_request', { message: 'Send an object.' });
  const checks: { readonly [name: string]: Check<unknown> } = {
    url: (value) => checkUrl(value, rules),
    name: (value) => checkText('name', value, (text) => isName('user', text), 'at most 128 printable characters'),
    events: (value) => checkList('events', value),
    collections: (value) => checkList('collections', value),
    filter: (value) => (value === null ? null : checkText('filter', value, () => true, 'a filter')),
    headers: checkExtraHeaders,
    roles: checkRoles,
    enabled: checkFlag,
    ...(isNew ? { since: (value: unknown) => checkText('since', value, (text) => text.length <= 64, 'a cursor, 0 or now') } : {}),
  };
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(request)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw refusal(name, `A webhook has ${Object.keys(checks).join(', ')}, nothing else.`);
    changes[name] = check(value);
  }
  if (isNew && changes['url'] === undefined) throw refusal('url', 'Say where to send to.');
  return changes;
}

/**
 * A URL as it is kept. Names are checked when they are resolved, each time; an address that is not allowed is refused now.
 */
function checkUrl(value: unknown, rules: AddressRules): string {
  const url = typeof value === 'string' && value.length <= maxUrlChars ? URL.parse(value) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol))
    throw refusal('url', `A URL begins with https:// or http:// and has at most ${maxUrlChars} characters.`);
  if (url.username !== '' || url.password !== '') throw refusal('url', 'Put a password into a header, not into the URL.');
  if (url.hash !== '') throw refusal('url', 'A fragment is not sent: leave it out.');
  // The parser has written every spelling of an address, as 0x7f.1 or 2130706433, in the usual way.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const address = host === 'localhost' || host.endsWith('.localhost') ? '127.0.0.1' : host;
  if (isIP(address) !== 0 && !rules.allows(address)) throw new ConcordError('address_not_allowed', { field: 'url' });
  return url.href;
}

function checkText(field: string, value: unknown, fits: (text: string) => boolean, what: string): string {
  if (typeof value === 'string' && fits(value)) return value;
  throw refusal(field, `This is not ${what}.`);
}

function checkList(field: string, value: unknown): readonly string[] | null {
  if (value === null) return null;
  const isList = Array.isArray(value) && value.length > 0 && value.length <= maxItems;
  if (isList && value.every((item) => typeof item === 'string' && item.length <= 256)) return [...new Set(value as string[])];
  throw refusal(field, `This is a list of 1 to ${maxItems} names; null stands for all.`);
}

function checkRoles(value: unknown): readonly string[] {
  if (areRoles(value)) return [...value];
  throw refusal('roles', 'Roles are a list of names.');
}

function checkFlag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw refusal('enabled', 'enabled is true or false.');
}

function refusal(field: string, message: string): ConcordError {
  return new ConcordError('bad_request', { field, message });
}
