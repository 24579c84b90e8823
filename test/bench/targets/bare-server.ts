import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * A server that does as little as can be done: a `POST` with a record's `seq` is an event for `broadcast`, a
 * `GET` a subscriber. Nothing is checked, kept or resumed.
 */
export function startBareServer(
  broadcast: (seq: number) => void,
  subscribe: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return subscribe(request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { seq } = JSON.parse(Buffer.concat(chunks).toString()) as { seq: number };
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
      broadcast(seq);
    });
  });
  return server.listen(Number(process.env['PORT']), '127.0.0.1');
}

/** An event of the same shape and size as Concord's own, for the record with that `seq`. */
export function sampleEvent(seq: number): { readonly cursor: string } & Readonly<Record<string, unknown>> {
  const id = '616b5e27-6efa-449c-982a-904ac0e922dd';
  const timestamp = '2026-01-01T12:00:00.000Z';
  const data = { id, version: 1, createdAt: timestamp, createdBy: 'writer', updatedAt: timestamp, updatedBy: 'writer', seq };
  return {
    id: 'evt_ibohvkjw000000001',
    cursor: 'AWlib2h2a2p3rNfBeGr0yzAzAAAAAAABDs_pboyztTgC',
    type: 'ticks.create',
    timestamp,
    collection: 'ticks',
    record: id,
    version: 1,
    changed: ['seq'],
    previous: {},
    actors: ['writer'],
    data,
  };
}
