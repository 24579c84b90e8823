import { ConcordError } from '@concord/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** `application/json`, and what is built on it (`application/merge-patch+json`). */
const jsonMediaType = /^application\/(?:[\w.-]+\+)?json\b/i;

/**
 * Takes JSON bodies, and no others, as parseJson does. An empty one counts as none. What is compressed is refused
 * before it is read: a kilobyte may unpack to a gigabyte.
 */
export function addJsonBody(app: FastifyInstance, maxDepth: number): void {
  app.removeAllContentTypeParsers();
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (/^identity$/i.test(encoding)) return done(null, payload);
    done(new ConcordError('unsupported_media_type', { message: 'Send the body as it is, without Content-Encoding.' }));
  });
  app.addContentTypeParser(jsonMediaType, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : parseJson(body as Buffer, maxDepth));
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * Parses what a stranger sent. Throws `invalid_json` where it is not JSON in UTF-8 or holds a key that
 * would change an object's prototype when copied, and `too_large` where it is nested too deep; the depth
 * is counted before anything is built.
 */
function parseJson(body: Uint8Array, maxDepth: number): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new ConcordError('invalid_json', { message: 'The body is not UTF-8.', cause });
  }
  checkDepth(text, maxDepth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConcordError('invalid_json', { cause });
  }
  if (mayPoison.test(text)) checkKeys(value);
  return value;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function checkDepth(text: string, maxDepth: number): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === backslash) at += 1;
      else if (unit === quote) inString = false;
    } else if (unit === quote) {
      inString = true;
    } else if (unit === openBracket || unit === openBrace) {
      depth += 1;
      if (depth > maxDepth)
        throw new ConcordError('too_large', {
          limit: 'maxJsonDepth',
          message: `The body is nested deeper than ${maxDepth} levels.`,
        });
    } else if (unit === closeBracket || unit === closeBrace) {
      depth -= 1;
    }
  }
}

/** The key as it is, or spelled with an escape. */
const mayPoison = /__proto__|\\u00/i;

function checkKeys(root: unknown): void {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__'))
      throw new ConcordError('invalid_json', { message: 'The key __proto__ is not allowed.' });
    for (const inner of Object.values(value)) open.push(inner);
  }
}

/** The body of a request that needs one. Throws `invalid_json` where there is none. */
export function bodyOf(request: FastifyRequest): unknown {
  if (request.body === undefined) throw new ConcordError('invalid_json', { message: 'The body is missing: send JSON.' });
  return request.body;
}
