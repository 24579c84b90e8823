import { ConcordError } from '@concord/protocol';

const maxHeaders = 20;
const maxValueChars = 4096;
/** RFC 9110: a token. */
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
/** Visible ASCII, with spaces and tabs between. */
const valuePattern = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** Those that say how the request is framed, whom it is for, or what it is: they are the sender's own. */
const own: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'accept-encoding',
  'user-agent',
  'date',
]);

/** Headers that every delivery of an endpoint carries, by lower-case name. Throws `bad_request`. */
export function checkExtraHeaders(given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw refusal('Headers are an object: name to value.');
  const entries = Object.entries(given as Record<string, unknown>);
  if (entries.length > maxHeaders) throw refusal(`There may be at most ${maxHeaders} headers.`);
  const headers = new Map<string, string>();
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (!namePattern.test(name)) throw refusal('A header has a name of letters, digits and hyphens.');
    if (own.has(lower) || lower.startsWith('webhook-')) throw refusal(`The header ${lower} is set by the server.`);
    if (headers.has(lower)) throw refusal(`The header ${lower} is given twice.`);
    if (typeof value !== 'string' || value.length > maxValueChars || !valuePattern.test(value))
      throw refusal(`The value of ${lower} is a line of at most ${maxValueChars} ASCII characters.`);
    headers.set(lower, value);
  }
  return Object.fromEntries(headers);
}

function refusal(message: string): ConcordError {
  return new ConcordError('bad_request', { field: 'headers', message });
}
