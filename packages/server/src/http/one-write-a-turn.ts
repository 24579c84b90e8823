import type { Writable } from 'node:stream';

let held: Writable[] = [];

/**
 * What is written to the stream until the end of this turn of the event loop leaves as one write. All streams
 * are released together: a callback for each would cost as much as the rest of a short write.
 */
export function oneWriteATurn(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  if (held.push(stream) === 1) setImmediate(releaseAll);
}

function releaseAll(): void {
  const streams = held;
  held = [];
  for (const stream of streams) stream.uncork();
}
