import type { Duplex } from 'node:stream';
import type { Place } from '../limits/connections.ts';

/** More than may wait for a token on one document: for what a page says on several, and for frames around it. */
const maxBytes = 6 * 1024 * 1024;

/**
 * Bounds what a socket sends before its first token has been accepted, and calls `tooMuch` once where it is more.
 *
 * A message is kept until it is whole, and may be as large as a document: without this, some hundreds of sockets
 * that nobody has signed in on, each with most of a message sent, would fill the memory.
 */
export function boundStranger(stream: Duplex, place: Place, tooMuch: () => void): void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.byteLength;
    if (!place.isIdentified && bytes <= maxBytes) return;
    stream.off('data', count);
    if (!place.isIdentified) tooMuch();
  };
  stream.on('data', count);
}
