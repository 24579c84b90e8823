import { expect, onTestFinished, vi } from 'vitest';
import type { HocuspocusProvider } from '@hocuspocus/provider';
import * as Y from 'yjs';
import { errorTable, type ErrorCode, type RecordView } from '@concord/protocol';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, openRawYjs, type RawClient } from '../kit/raw-client.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { until } from '../kit/until.ts';

type LogLine = Record<string, unknown>;

export interface WatchedServer extends TestServer {
  /** What was logged above `debug`, in order. */
  readonly log: LogLine[];
  /** Fails where something escaped its handler, or was said past the log. */
  expectNoFaults(): void;
}

/** A server whose log, console and process are watched: nothing that a client sends may reach the latter two. */
export async function startWatched(options: TestServerOptions = {}): Promise<WatchedServer> {
  const log: LogLine[] = [];
  const faults: unknown[] = [];
  const onFault = (error: unknown): unknown => faults.push(error);
  process.on('unhandledRejection', onFault).on('uncaughtExceptionMonitor', onFault);
  const said = vi.spyOn(console, 'error').mockImplementation((...words) => void faults.push(words));
  const unwatch = (): void => {
    process.off('unhandledRejection', onFault).off('uncaughtExceptionMonitor', onFault);
    said.mockRestore();
  };
  onTestFinished(unwatch);
  const server = await startServer({ ...options, onLog: (line) => void (Number(line['level']) > 20 && log.push(line)) });
  return {
    ...server,
    log,
    expectNoFaults: () => expect(faults).toEqual([]),
    async stop() {
      await server.stop();
      unwatch();
    },
  };
}

export const endpoints = ['sync', 'yjs'] as const;
export type Endpoint = (typeof endpoints)[number];

/** A raw client with that document open, on either endpoint. `address` is what its frames begin with. */
export async function openOn(
  endpoint: Endpoint,
  server: WatchedServer,
  document: string,
): Promise<{ readonly client: RawClient; readonly address: string | undefined }> {
  if (endpoint === 'sync') return { client: await openRawDocument(server, document), address: document };
  const client = await openRawYjs(server, document);
  client.send(frames.step1());
  await until(`${document} to be open`, () => client.kinds().includes('step2'));
  return { client, address: undefined };
}

/** Sends what is bad, and expects the socket's end by that code, with one line in the log about it. */
export async function expectEnd(
  server: WatchedServer,
  client: RawClient,
  bad: Uint8Array | string,
  code: ErrorCode,
): Promise<void> {
  const before = server.log.length;
  client.socket.send(bad);
  expect(await client.ended()).toEqual({ code: errorTable[code].close, reason: code });
  expect(server.log.slice(before).filter((line) => line['code'] !== undefined || Number(line['level']) > 30)).toEqual([
    expect.objectContaining({ level: 30, code }),
  ]);
}

/** Somebody who has the same document open, and goes on editing it whatever the others do. */
export interface Neighbour {
  readonly provider: HocuspocusProvider;
  /** Edits, and resolves once that is on disk. */
  edit(): Promise<void>;
  /** Everything this one typed is there, and nothing else; the connection never ended. */
  expectUndisturbed(): Promise<void>;
}

export async function startNeighbour(server: WatchedServer, document: string): Promise<Neighbour> {
  const provider = await connected(server, document, { as: { user: 'neighbour' } });
  const [, collection, record] = document.split('/');
  let ends = 0;
  provider.on('close', () => ends++);
  provider.on('disconnect', () => ends++);
  const body = provider.document.getText('body');
  let typed = '';
  const edit = async (): Promise<void> => {
    body.insert(body.length, 'x');
    typed += 'x';
    await flushed(provider);
  };
  return {
    provider,
    edit,
    async expectUndisturbed() {
      await edit();
      expect(ends).toBe(0);
      expect(body.toString()).toBe(typed);
      const late = await connected(server, document);
      expect(late.document.getText('body').toString()).toBe(typed);
      expect(Y.encodeStateVector(late.document)).toEqual(Y.encodeStateVector(provider.document));
      const view = await until('the view', async () => {
        const answer = await server.fetch(`/records/${collection}/${record}`);
        const found = (await answer.json()) as RecordView;
        return found['body'] === typed && found;
      });
      expect(view['title']).toBeNull();
    },
  };
}
