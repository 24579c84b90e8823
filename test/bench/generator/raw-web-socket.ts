import { connect, type Socket } from 'node:net';

/**
 * The least WebSocket client that a load generator needs: no extensions, no fragments, and
 * no copy of what arrives. A fan-out of 200 costs the generator a frame per client and update; `ws` at that
 * rate would make the generator the bottleneck instead of the server.
 */
export interface RawWebSocket {
  send(payload: Uint8Array): void;
  sendText(text: string): void;
  close(): void;
}

export interface RawWebSocketEvents {
  onOpen(): void;
  /** One message is `bytes[start, end)`. The buffer is used again after the call. */
  onMessage(bytes: Buffer, start: number, end: number): void;
  onClose(reason: string): void;
}

// libuv reads and calls back in one go on epoll and kqueue, so that all sockets can share one buffer. On
// Windows reads are pending in the kernel, each into its own.
const sharedBuffer = Buffer.allocUnsafeSlow(256 * 1024);
export const readBuffer = (): Buffer => (process.platform === 'win32' ? Buffer.allocUnsafeSlow(64 * 1024) : sharedBuffer);

export function openRawWebSocket(port: number, path: string, events: RawWebSocketEvents): RawWebSocket {
  let leftOver: Buffer | null = null;
  let upgraded = false;
  let closed = false;
  let closeCode = '';

  const onData = (length: number, read: Uint8Array): boolean => {
    let bytes = read instanceof Buffer ? read : Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    bytes = bytes.subarray(0, length);
    if (leftOver !== null) bytes = Buffer.concat([leftOver, bytes]);
    const consumed = upgraded ? readFrames(bytes, 0) : readHandshake(bytes);
    leftOver = consumed < bytes.length ? Buffer.from(bytes.subarray(consumed)) : null;
    return true;
  };

  const readHandshake = (bytes: Buffer): number => {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const status = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
    if (!status.includes(' 101 ')) {
      closeCode = status;
      socket.destroy();
      return bytes.length;
    }
    upgraded = true;
    events.onOpen();
    return readFrames(bytes, end + 4);
  };

  const readFrames = (bytes: Buffer, from: number): number => {
    let at = from;
    while (at + 2 <= bytes.length) {
      const opcode = bytes[at]! & 0x0f;
      let size = bytes[at + 1]! & 0x7f;
      let start = at + 2;
      if (size === 126) {
        if (at + 4 > bytes.length) break;
        size = bytes.readUInt16BE(at + 2);
        start = at + 4;
      } else if (size === 127) {
        if (at + 10 > bytes.length) break;
        size = Number(bytes.readBigUInt64BE(at + 2));
        start = at + 10;
      }
      if (start + size > bytes.length) break;
      at = start + size;
      if (opcode === 1 || opcode === 2) events.onMessage(bytes, start, at);
      else if (opcode === 9) socket.write(frame(0x8a, bytes.subarray(start, at)));
      else if (opcode === 8) {
        closeCode = size >= 2 ? `${bytes.readUInt16BE(start)} ${bytes.toString('utf8', start + 2, at)}` : 'no code';
      } else if (opcode === 0) throw new Error('The server sent a fragmented message, which this client does not read');
    }
    return at;
  };

  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: readBuffer(), callback: onData } });
  socket.on('connect', () => {
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y29uY29yZC1iZW5jaC0wMQ==\r\n\r\n',
    );
  });
  const onEnd = (reason: string): void => {
    if (closed) return;
    closed = true;
    socket.destroy();
    events.onClose(closeCode || reason);
  };
  socket.on('error', (error) => onEnd(error.message));
  socket.on('close', () => onEnd('closed'));

  return {
    send: (payload) => void socket.write(frame(0x82, payload)),
    sendText: (text) => void socket.write(frame(0x81, Buffer.from(text))),
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
}

// Any mask is a good mask here; it only has to be one that the server must undo, as it must a browser's.
const mask = Buffer.from([0x5a, 0xc3, 0x17, 0x9e]);

function frame(head: number, payload: Uint8Array): Buffer {
  const size = payload.length;
  const offset = size < 126 ? 6 : size < 65536 ? 8 : 14;
  const bytes = Buffer.allocUnsafe(offset + size);
  bytes[0] = head;
  if (size < 126) bytes[1] = 0x80 | size;
  else if (size < 65536) {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(size, 2);
  } else {
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(size), 2);
  }
  bytes.set(mask, offset - 4);
  for (let i = 0; i < size; i++) bytes[offset + i] = payload[i]! ^ mask[i & 3]!;
  return bytes;
}
