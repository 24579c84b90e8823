import { connect } from 'node:net';
import { defaultLimits } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics, gaugeNames, type Metrics } from '../metrics.ts';
import { createHttp } from './create-http.ts';
import { addOperationsRoutes, type Readiness } from './operations-routes.ts';

let app: FastifyInstance;
let url: string;
let metrics: Metrics;
let readiness: Readiness;

beforeEach(async () => {
  metrics = createMetrics();
  readiness = { ready: true };
  app = await createHttp({ logger: pino({ level: 'silent' }), limits: defaultLimits, metrics });
  addOperationsRoutes(app, { metrics, readiness: () => readiness });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

describe('operations', () => {
  it('say that the process is alive, and whether it is ready', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true });
    readiness = { ready: false, reason: 'the store failed: no space left' };
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual(readiness);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('measure', async () => {
    metrics.observeGroup({ commits: 7, writes: 9, bytes: 100, ms: 3, failed: false });
    metrics.observeGroup({ commits: 1, writes: 1, bytes: 100, ms: 3, failed: true });
    metrics.countEvents(5);
    metrics.gauge(...gaugeNames.documentsLoaded, () => 12);
    metrics.gauge(...gaugeNames.feedHead, async () => 99);
    metrics.gaugeByTransport(...gaugeNames.connections, () => ({ sync: 3, yjs: 4 }));
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    for (const line of [
      'concord_journal_commit_seconds_bucket{le="0.005"} 1',
      'concord_journal_commit_seconds_sum 0.003',
      'concord_journal_group_commits_sum 7',
      'concord_store_failures_total 1',
      'concord_feed_events_total 5',
      'concord_documents_loaded 12',
      'concord_feed_head 99',
      'concord_connections{transport="sync"} 3',
      'concord_connections{transport="yjs"} 4',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
  });

  it('refuse what comes on an open connection while the server stops', async () => {
    let release = (): void => {};
    const held = new Promise<void>((done) => (release = done));
    const second = await createHttp({ logger: pino({ level: 'silent' }), limits: defaultLimits });
    second.get('/slow', async () => {
      await held;
      return 'done';
    });
    await second.listen({ port: 0, host: '127.0.0.1' });
    const { port } = second.server.address() as { readonly port: number };
    const socket = connect(port, '127.0.0.1');
    let answers = '';
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString()));
    const ended = new Promise((done) => socket.on('close', done));
    const inFlight = new Promise((done) => second.server.once('request', done));
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await inFlight;
    const closed = second.close();
    const refused = new Promise((done) => second.server.once('request', done));
    socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
    await refused;
    release();
    await closed;
    await ended;
    expect(answers).toContain('done');
    expect(answers).toContain('"code":"shutting_down"');
    expect(answers).toContain('HTTP/1.1 503');
  });
});
