import { connect, type Socket } from 'node:net';

/*
 * A process that opens sockets and signs in on none of them: file descriptors are counted by process. It says
 * `{ open }` once all are open, and `{ closes }` once the server has ended them: how often it gave which code.
 */
const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const batch = 250;
const handshake = [
  'GET /sync HTTP/1.1',
  'host: localhost',
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
];
/** The first of a kilobyte and a half of a message that never comes. */
const halfMessage = Buffer.concat([Buffer.of(0x82, 0xfe, 0x06, 0x00, 1, 2, 3, 4), Buffer.alloc(1024)]);
const closes: Record<number, number> = {};
let closed = 0;

function open(index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(`${handshake.join('\r\n')}\r\n\r\n`));
    socket.on('error', reject);
    let received = Buffer.alloc(0);
    let isOpen = false;
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (!isOpen && end >= 0) {
        isOpen = true;
        received = received.subarray(end + 4);
        if (index % 2 === 1) socket.write(halfMessage);
        resolve();
      }
      if (!isOpen) return;
      // Pings come in between; all that the server sends here is short.
      while (received[0] !== 0x88 && received.length >= 2) received = received.subarray(2 + (received[1] ?? 0));
      if (received.length < 4) return;
      const code = received.readUInt16BE(2);
      closes[code] = (closes[code] ?? 0) + 1;
      socket.destroy();
      if (++closed === count) process.send?.({ closes });
    });
  });
}

for (let index = 0; index < count; index += batch)
  await Promise.all(Array.from({ length: Math.min(batch, count - index) }, (_, offset) => open(index + offset)));
process.send?.({ open: count });
process.on('disconnect', () => process.exit());
