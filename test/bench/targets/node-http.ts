import type { ServerResponse } from 'node:http';
import { sampleEvent, startBareServer } from './bare-server.ts';

/**
 * The least that SSE can cost with `node:http`: each event is encoded once, and a loop writes the buffer to
 * each response. With `BENCH_NO_CHUNKS` set the responses end with their connections, as Concord's do: as
 * they come they are in chunks, which are three pieces a write.
 */
const hasChunks = process.env['BENCH_NO_CHUNKS'] === undefined;
const responses = new Set<ServerResponse>();

startBareServer(
  (seq) => {
    const event = sampleEvent(seq);
    const frame = Buffer.from(`id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`);
    for (const response of responses) response.write(frame);
  },
  (_request, response) => {
    if (!hasChunks) response.removeHeader('transfer-encoding');
    response.writeHead(200, { 'content-type': 'text/event-stream', ...(hasChunks ? {} : { connection: 'close' }) });
    response.flushHeaders();
    responses.add(response);
    response.on('close', () => responses.delete(response));
  },
);
