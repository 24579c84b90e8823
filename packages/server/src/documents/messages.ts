import type { FlushAnswer, FlushRequest } from '@concord/protocol';

/** A message that has no business being longer is not even parsed. */
const maxMessageChars = 1024;

/**
 * The answer to a stateless message, if it is one that the server knows. It leaves through the same
 * outbox as acks do, and so only once everything before it is on disk (J7).
 */
export function answerMessage(payload: string): string | undefined {
  const request = parse(payload);
  if (!isFlush(request)) return undefined;
  return JSON.stringify({ type: 'flushed', id: request.id } satisfies FlushAnswer);
}

function parse(payload: string): unknown {
  if (payload.length > maxMessageChars) return undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function isFlush(value: unknown): value is FlushRequest {
  if (typeof value !== 'object' || value === null) return false;
  return 'type' in value && value.type === 'flush' && 'id' in value && Number.isSafeInteger(value.id);
}
