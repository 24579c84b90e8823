import { ConcordError, operations, type Operation, type RealtimeRequest, type SubscribeRequest } from '@concord/protocol';

/** What a client says is short; its filter is the longest. */
export const maxRequestBytes: number = 64 * 1024;

/** A name that a client gives to a subscription is repeated to it with each event. */
const idPattern = /^[\x21-\x7e]{1,64}$/;

const optional = ['collection', 'record', 'filter', 'since', 'include'] as const;
const known: ReadonlySet<string> = new Set(['action', 'id', 'operations', 'collections', ...optional]);

/**
 * Understands what a client says. Throws `invalid_json` or `bad_request`, with the field at fault: a misspelled
 * `filter` must not bring everything.
 */
export function parseRequest(text: string): RealtimeRequest {
  const message = parse(text);
  switch (message['action']) {
    case 'ping':
      return { action: 'ping' };
    case 'authenticate':
      return { action: 'authenticate', token: textOf(message, 'token') };
    case 'unsubscribe':
    case 'inbox':
      return { action: message['action'], id: idOf(message) };
    case 'subscribe':
      return subscribe(message);
    default:
      throw bad('action', 'The action is one of subscribe, inbox, unsubscribe, ping and authenticate.');
  }
}

function parse(text: string): Record<string, unknown> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new ConcordError('invalid_json', { cause });
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw bad('action', 'A message is a JSON object.');
  return message as Record<string, unknown>;
}

function subscribe(message: Record<string, unknown>): SubscribeRequest {
  const unknown = Object.keys(message).find((name) => !known.has(name));
  if (unknown !== undefined) throw bad(unknown.slice(0, 80), `There is no such key here; there are: ${[...known].join(', ')}.`);
  const texts = optional.filter((name) => message[name] !== undefined).map((name) => [name, textOf(message, name)] as const);
  const asked = message['operations'] === undefined ? {} : { operations: operationsOf(message['operations']) };
  const several = message['collections'] === undefined ? {} : { collections: collectionsOf(message) };
  return { action: 'subscribe', id: idOf(message), ...asked, ...several, ...Object.fromEntries(texts) };
}

function collectionsOf(message: Record<string, unknown>): readonly string[] {
  const given = message['collections'];
  if (!Array.isArray(given) || given.length === 0 || given.some((name) => typeof name !== 'string'))
    throw bad('collections', 'Collections are a list of texts like tickets or tickets:create,update.');
  if (message['collection'] !== undefined || message['operations'] !== undefined)
    throw bad('collections', 'Name one collection and its operations, or several by `collections`.');
  return given as readonly string[];
}

function operationsOf(given: unknown): readonly Operation[] {
  if (Array.isArray(given) && given.length > 0 && given.every((name) => (operations as readonly unknown[]).includes(name)))
    return given as readonly Operation[];
  throw bad('operations', `Operations are a list of ${operations.join(', ')}.`);
}

function idOf(message: Record<string, unknown>): string {
  const id = textOf(message, 'id');
  if (idPattern.test(id)) return id;
  throw bad('id', 'An id has 1 to 64 printable characters of ASCII.');
}

function textOf(message: Record<string, unknown>, name: string): string {
  const text = message[name];
  if (typeof text === 'string') return text;
  throw bad(name, `${name} is a string.`);
}

function bad(field: string, message: string): ConcordError {
  return new ConcordError('bad_request', { field, message });
}
