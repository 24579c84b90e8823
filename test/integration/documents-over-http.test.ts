import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ChangesPage, RecordView } from '@concord/protocol';
import config from '../kit/concord.config.ts';
import { gate } from '../kit/gate.ts';
import guarded from '../kit/guarded.config.ts';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, updatesOf, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { postSync, refusal, syncByRequest, told } from '../kit/sync-request.ts';
import { until } from '../kit/until.ts';

const note = 'acme/notes/n1';
const update = (text: string): Uint8Array => frames.update(undefined, updateWriting(text));
/** Undefined while there is no record. */
const bodyOf = async (server: TestServer): Promise<unknown> =>
  ((await (await server.fetch('/records/notes/n1')).json()) as RecordView)['body'];

describe('a document by request', () => {
  it('is edited together with somebody on a socket', async () => {
    const server = await startServer();
    const ben = await connected(server, note, { as: { user: 'ben' } });
    ben.document.getText('body').insert(0, 'by socket');
    await flushed(ben);
    const replica = new Y.Doc();
    const first = await told(postSync(server, note, [frames.step1(undefined, Y.encodeStateVector(replica))]));
    expect(first.map(({ kind }) => kind)).toEqual(['step1', 'step2']);
    await syncByRequest(server, note, replica);
    for (const round of [1, 2, 3]) {
      replica.getText('body').insert(0, `request ${round}, `);
      ben.document.getText('body').insert(ben.document.getText('body').length, `, socket ${round}`);
      expect((await syncByRequest(server, note, replica)).map(({ kind }) => kind)).toEqual(['step1', 'step2', 'saved']);
      await flushed(ben);
    }
    await syncByRequest(server, note, replica);
    const text = replica.getText('body').toString();
    await until('both to agree', () => ben.document.getText('body').toString() === text);
    expect(text).toMatch(/^request 3, request 2, request 1, by socket, socket 1, socket 2, socket 3$/);
    await until('the view', async () => (await bodyOf(server)) === text);
    const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
    expect(new Set(results.flatMap(({ actors }) => actors))).toEqual(new Set(['alice', 'ben']));
  });

  it('is made by the first edit where the collection says so, and is not there before', async () => {
    const server = await startServer();
    expect((await told(postSync(server, note, [frames.step1()]))).map(({ kind }) => kind)).toEqual(['step1', 'step2']);
    expect((await server.fetch('/records/notes/n1')).status).toBe(404);
    expect(await told(postSync(server, note, [update('new')]))).toEqual([{ document: '', kind: 'saved', saved: true }]);
    await until('the record', async () => (await server.fetch('/records/notes/n1')).status === 200);
    expect(await refusal(postSync(server, 'acme/tickets/none', [update('x')]))).toEqual([404, 'not_found', undefined]);
  });

  it('says nothing to nothing, and answers each message in its order', async () => {
    const server = await startServer();
    expect(await told(postSync(server, note, []))).toEqual([]);
    const kinds = (await told(postSync(server, note, [update('a'), frames.step1(), update('b')]))).map(({ kind }) => kind);
    expect(kinds).toEqual(['saved', 'step1', 'step2', 'saved']);
  });

  it('[J1] is answered once it is on disk, and not before', async () => {
    const slow = gate();
    const server = await startServer({ store: slow.store });
    const ben = await openRawDocument(server, note, { user: 'ben' });
    const release = slow.hold();
    let answered = false;
    const replica = new Y.Doc();
    const updates = updatesOf(replica, () => replica.getText('body').insert(0, 'held'));
    let answer: Promise<unknown> | undefined;
    await slow.reachedBy(() => {
      answer = told(
        postSync(
          server,
          note,
          updates.map((one) => frames.update(undefined, one)),
        ),
      ).finally(() => (answered = true));
    });
    await ben.settled();
    expect([answered, ben.received]).toEqual([false, []]);
    release();
    expect(await answer).toEqual([{ document: '', kind: 'saved', saved: true }]);
    await until('Ben to be told', () => ben.kinds(note).includes('update'));
  });

  it('[J1] is not acknowledged when it comes again while the first is in flight', async () => {
    const slow = gate();
    const server = await startServer({ store: slow.store });
    await openRawDocument(server, note);
    const release = slow.hold();
    const message = update('twice');
    const answered: number[] = [];
    let both: Promise<unknown> | undefined;
    await slow.reachedBy(() => {
      const post = (number: number): Promise<unknown> =>
        told(postSync(server, note, [message])).then(() => answered.push(number));
      both = Promise.all([post(1), post(2)]);
    });
    expect((await server.fetch('/auth/me')).status).toBe(200);
    expect(answered).toEqual([]);
    release();
    await both;
  });

  it('[J3] is not answered as done by a store that fails', async () => {
    const slow = gate();
    const server = await startServer({ store: slow.store });
    await openRawDocument(server, note);
    slow.disk.failWrite();
    const [status, code] = await refusal(postSync(server, note, [update('lost')]));
    expect([status, code]).toEqual([503, 'store_unavailable']);
    await until('it to be taken', async () => (await postSync(server, note, [update('again')])).status === 200);
  });

  it('[R1] is put right, and its sender is told', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x', estimate: 3 });
    const replica = new Y.Doc();
    await syncByRequest(server, 'acme/tickets/t1', replica);
    const edits = updatesOf(replica, () => replica.getMap('fields').set('estimate', -7));
    const answer = await told(
      postSync(
        server,
        'acme/tickets/t1',
        edits.map((one) => frames.update(undefined, one)),
      ),
    );
    expect(answer.map(({ kind }) => kind)).toEqual(['stateless', 'saved']);
    expect(answer[0]).toMatchObject({
      text: '{"type":"corrected","corrections":[{"field":"estimate","rule":"must be at least 0","value":3}]}',
    });
  });

  it('is not changed by who may only read it', async () => {
    const server = await startServer();
    await server.json('POST', '/records/articles', { id: 'a1', title: 'x' }, { roles: ['editor'] });
    const replica = new Y.Doc();
    replica.getMap('fields').set('title', 'y');
    const message = frames.update(undefined, Y.encodeStateAsUpdate(replica));
    const answer = await told(postSync(server, 'acme/articles/a1', [message, frames.step1()]));
    expect(answer.map((frame) => (frame.kind === 'saved' ? frame.saved : frame.kind))).toEqual([false, 'step1', 'step2']);
    expect(await server.json('GET', '/records/articles/a1')).toMatchObject({ title: 'x', version: 1 });
  });

  it('is refused by name: what is deleted, foreign, hidden, no name, of another type, or not sync messages', async () => {
    const server = await startServer({ config: guarded });
    await server.json('POST', '/records/staff', { id: 's1', name: 'Ann' });
    await server.json('POST', '/records/staff', { id: 's2', name: 'Ben' });
    await server.json('DELETE', '/records/staff/s2', undefined, { roles: ['hr'] });
    await server.json('POST', '/records/projects', { id: 'p1', title: 'x' }, { user: 'owner' });
    const step1 = [frames.step1()];
    expect(await refusal(postSync(server, 'acme/staff/s2', step1))).toEqual([410, 'record_deleted', undefined]);
    expect(await refusal(postSync(server, 'globex/staff/s1', step1))).toEqual([404, 'not_found', undefined]);
    expect(await refusal(postSync(server, 'acme/staff/s1', step1, { account: 'globex' }))).toEqual([404, 'not_found', undefined]);
    expect(await refusal(postSync(server, 'acme/staff/s1/salary', step1))).toEqual([404, 'not_found', undefined]);
    expect(await refusal(postSync(server, 'acme/projects/p1', step1))).toEqual([404, 'not_found', undefined]);
    expect(await refusal(postSync(server, 'ACME/staff/s1', step1))).toEqual([400, 'invalid_name', undefined]);
    for (const kind of [frames.awareness(undefined, Uint8Array.of(0)), frames.any(undefined, 3), frames.any(undefined, 5)])
      expect(await refusal(postSync(server, 'acme/staff/s1', [update('x'), kind]))).toEqual([400, 'invalid_frame', 'messages.1']);
    const json = await server.fetch('/sync/acme/staff/s1', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json.status).toBe(415);
    expect(await server.json('GET', '/records/staff/s1')).toMatchObject({ version: 1 });
    expect((await told(postSync(server, 'acme/staff/s1/salary', step1, { roles: ['hr'] }))).length).toBe(2);
    expect((await fetch(`${server.url}/api/v1/sync/acme/staff/s1`, { method: 'POST' })).status).toBe(401);
  });

  it('keeps what came before a message that is refused, and names that', async () => {
    const server = await startServer();
    const answer = refusal(
      postSync(server, note, [update('kept'), frames.update(undefined, Uint8Array.of(9, 9)), update('never')]),
    );
    expect(await answer).toEqual([400, 'invalid_update', 'messages.1']);
    expect(await until('the view', async () => await bodyOf(server))).toBe('kept');
  });

  it('[R4] is not written under the id of somebody else', async () => {
    const server = await startServer();
    const theirs = new Y.Doc();
    theirs.getText('body').insert(0, 'a');
    await told(postSync(server, note, [frames.update(undefined, Y.encodeStateAsUpdate(theirs))], { user: 'ann' }));
    theirs.getText('body').insert(0, 'b');
    const forged = frames.update(undefined, Y.encodeStateAsUpdate(theirs));
    expect(await refusal(postSync(server, note, [forged], { user: 'mallory' }))).toEqual([
      409,
      'client_id_conflict',
      'messages.0',
    ]);
  });

  it('asks policies anew at each request', async () => {
    const server = await startServer({ config: guarded });
    const lead = { user: 'lena', roles: ['lead'] };
    await server.json('POST', '/records/projects', { id: 'p1', title: 'x', members: ['mia'] }, lead);
    const ask = (): Promise<Response> => postSync(server, 'acme/projects/p1', [frames.step1()], { user: 'mia' });
    expect((await ask()).status).toBe(200);
    await server.json('PATCH', '/records/projects/p1', { members: [] }, lead);
    expect((await ask()).status).toBe(404);
  });

  it('has the limits of a socket', async () => {
    const limits = {
      maxUpdateBytes: 16 * 1024,
      maxDocumentBytes: 64 * 1024,
      maxMessageBurst: 10,
      maxMessagesPerSecond: 1,
      maxConnectionsPerUser: 1,
    };
    const slow = gate();
    const server = await startServer({ config: { ...config, limits, trustProxy: 1 }, store: slow.store });
    expect(await refusal(postSync(server, note, [update('x'.repeat(17_000))]))).toEqual([413, 'too_large', 'messages.0']);
    expect((await postSync(server, note, [frames.step2(undefined, updateWriting('x'.repeat(40_000)))])).status).toBe(200);
    expect(await refusal(postSync(server, note, [frames.step2(undefined, updateWriting('y'.repeat(40_000)))]))).toEqual([
      413,
      'document_too_large',
      'messages.0',
    ]);
    expect((await refusal(postSync(server, note, [update('x'.repeat(70_000))])))[1]).toBe('too_large');
    const many = Array.from({ length: 20 }, () => frames.step1());
    const remote = server.fetch(`/sync/${note}`, {
      method: 'POST',
      body: Buffer.concat(many),
      headers: { 'content-type': 'application/octet-stream', 'x-forwarded-for': '203.0.113.7' },
    });
    expect((await refusal(remote))[1]).toBe('rate_limited');
    const release = slow.hold();
    let first: Promise<Response> | undefined;
    await slow.reachedBy(() => void (first = postSync(server, note, [frames.update(undefined, updateWriting('z'))])));
    expect((await refusal(postSync(server, note, [frames.step1()])))[1]).toBe('too_many_connections');
    release();
    expect((await first)?.status).toBe(200);
    expect((await postSync(server, note, [frames.step1()])).status).toBe(200);
  });

  it('tells hooks who was there, and leaves nobody behind', async () => {
    const heard: string[] = [];
    const server = await startServer({
      config: {
        ...config,
        hooks: {
          onConnect: ({ connection }: { connection: { transport: string } }) => heard.push(`+${connection.transport}`),
          onSubscribe: ({ subscription }: { subscription: { document: string } }) => heard.push(subscription.document),
          onDisconnect: ({ connection }: { connection: { transport: string } }) => heard.push(`-${connection.transport}`),
        },
      },
    });
    await told(postSync(server, note, [update('x')]));
    await until('it to be over', () => heard.length === 3);
    expect(heard).toEqual(['+http', note, '-http']);
    await until('the document to be let go', async () =>
      (await (await fetch(`${server.url}/metrics`)).text()).includes('concord_documents_loaded 0'),
    );
  });

  it('may be asked for by pages of other origins, as any route', async () => {
    const server = await startServer({ config: { ...config, origins: ['https://app.example.com'] } });
    const preflight = await fetch(`${server.url}/api/v1/sync/${note}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'https://app.example.com']);
    const foreign = await server.fetch(`/sync/${note}`, { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
  });
});
