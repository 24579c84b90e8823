import type { Socket } from 'node:net';
import { ConcordError } from '@concord/protocol';
import type { Logger } from 'pino';
import { securityHeaders } from './security-headers.ts';

/** What could not even be read as a request gets the same body as all that is refused, and its connection ends. */
export function answerBrokenRequest(cause: Error & { readonly code?: string }, socket: Socket, logger: Logger): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const error = named(cause.code);
  logger.info({ code: error.code, reason: cause.code }, 'broken request');
  const body = JSON.stringify(error.toBody());
  const head = [
    `HTTP/1.1 ${error.entry.http} ${error.code}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function named(code: string | undefined): ConcordError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new ConcordError('too_large', { message: 'The request line and headers are larger than 16 KiB.' });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ConcordError('bad_request', { message: 'The request took too long to arrive.' });
  return new ConcordError('bad_request', { message: 'This is not HTTP.' });
}
