import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { BrokenPromise, expected, type Target } from './target.ts';

// Hocuspocus's message types, as far as a writer needs them.
const messageSync = 0;
const messageAuth = 2;
const messageSyncStatus = 8;
const syncUpdate = 2;

/** Updates under way for each document at any time. */
const windowUpdates = 4;

interface Written {
  readonly document: Y.Doc;
  /** What the acks that are still to come are for, in order. */
  readonly unacknowledged: string[];
}

/**
 * A program that writes to several documents over one socket, several updates at a time, and notes which of
 * them was acknowledged. Some it sends twice at once, and is told twice (J1). Resolves when the socket is closed.
 */
export async function writeRaw(target: Target): Promise<void> {
  const { server, token, random, ledger, documentNames } = target;
  const documents = new Map<string, Written>(documentNames.map((name) => [name, { document: new Y.Doc(), unacknowledged: [] }]));
  const socket = new WebSocket(`${server.wsUrl}/sync`);
  let refusal: Error | undefined;

  function fill(name: string, { document, unacknowledged }: Written): void {
    while (!target.ended && unacknowledged.length < windowUpdates) {
      const marker = ledger.marker();
      const before = Y.encodeStateVector(document);
      const text = document.getText('body');
      text.insert(text.length, marker);
      const update = updateFrame(name, Y.encodeStateAsUpdate(document, before));
      for (let times = random.chance(0.1) ? 2 : 1; times > 0; times--) {
        socket.send(update);
        unacknowledged.push(marker);
      }
    }
  }

  socket.on('open', () => {
    for (const [name, written] of documents) {
      socket.send(tokenFrame(name, token));
      fill(name, written);
    }
  });
  socket.on('message', (bytes: Buffer) => {
    const decoder = decoding.createDecoder(bytes);
    const name = decoding.readVarString(decoder);
    const type = decoding.readVarUint(decoder);
    const value = decoding.readVarUint(decoder);
    const written = documents.get(name) as Written;
    if (type === messageSyncStatus && value === 1) {
      ledger.acknowledge(name, written.unacknowledged.shift() as string);
      fill(name, written);
    } else if (type === messageSyncStatus || (type === messageAuth && value === 1)) {
      refusal = new BrokenPromise(`An update to ${name} was refused`);
      socket.close();
    }
  });
  // An error is always followed by the close.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.on('close', () => resolve()));
  for (const { document } of documents.values()) document.destroy();
  expected(target, refusal ?? new Error('The socket of a writer was closed'));
}

export function tokenFrame(name: string, token: string): Uint8Array {
  return frame(name, (encoder) => {
    encoding.writeVarUint(encoder, messageAuth);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, token);
  });
}

export function updateFrame(name: string, update: Uint8Array): Uint8Array {
  return frame(name, (encoder) => {
    encoding.writeVarUint(encoder, messageSync);
    encoding.writeVarUint(encoder, syncUpdate);
    encoding.writeVarUint8Array(encoder, update);
  });
}

function frame(name: string, body: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, name);
  body(encoder);
  return encoding.toUint8Array(encoder);
}
