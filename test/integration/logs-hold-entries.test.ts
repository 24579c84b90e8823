import { describe, expect, it, onTestFinished } from 'vitest';
import { segmentSize, type LogEntry } from '@concord/protocol';
import { collection, defineConfig, field } from '@concord/schema';
import { verifyStore } from '@concord/server';
import { openLevelStore } from '@concord/store/level';
import { readAll } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { logClient, type LogClient } from '../kit/logs.ts';
import rooms from '../kit/logs.config.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';

const bob: TestUser = { user: 'bob' };
const admin: TestUser = { user: 'ada', roles: ['member', 'lead'] };

async function withTicket(): Promise<{ server: TestServer; alice: LogClient; byBob: LogClient }> {
  const server = await startServer({ config: rooms });
  await server.json('POST', '/records/tickets', { id: 't1', title: 'The press is stuck' });
  const log = 'tickets/t1/comments';
  return { server, alice: logClient(server, log), byBob: logClient(server, log, bob) };
}

async function problemsOf({ store, schema }: TestServer): Promise<readonly string[]> {
  return (await verifyStore({ store, schema })).problems;
}

describe('a log', () => {
  it('[L2] [L4] numbers its entries from 1 without a gap, whoever posts at once, and says who and when', async () => {
    const { server, alice, byBob } = await withTicket();
    const count = 130;
    const posted = await Promise.all(
      Array.from({ length: count }, (_, index) => (index % 2 === 0 ? alice : byBob).post(`entry ${index}`)),
    );
    expect(posted.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    const entries = await alice.all();
    expect(entries).toEqual(posted.toSorted((a, b) => a.seq - b.seq));
    for (const { author, authorName, text, version, at } of entries) {
      expect([author, authorName]).toEqual(Number(text.split(' ')[1]) % 2 === 0 ? ['alice', 'alice'] : ['bob', 'bob']);
      expect(version).toBe(1);
      expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
    }
    expect(await problemsOf(server)).toEqual([]);
  });

  it('[L2] has one entry of an id, however often the same is sent under it', async () => {
    const { server, alice, byBob } = await withTicket();
    const first = await alice.post({ id: 'a', text: 'once' });
    expect(await Promise.all(Array.from({ length: 5 }, () => alice.post({ id: 'b', text: 'at once' })))).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ seq: 2 }) as unknown),
    );
    expect(await alice.refusal('POST', '', { id: 'a', text: 'once' })).toBe('200');
    expect(await alice.post({ id: 'a', text: 'once' })).toEqual(first);
    expect(await alice.refusal('POST', '', { id: 'a', text: 'twice' })).toBe('entry_exists id');
    expect(await alice.refusal('POST', '', { id: 'a', text: 'once', replyTo: 'b' })).toBe('entry_exists id');
    expect(await byBob.refusal('POST', '', { id: 'a', text: 'once' })).toBe('entry_exists id');
    // What became of it since then does not make it another.
    await alice.edit('a', 'reworded');
    expect((await alice.post({ id: 'a', text: 'once' })).text).toBe('reworded');
    await alice.remove('a');
    expect((await alice.post({ id: 'a', text: 'once' })).deletedAt).toBeDefined();
    expect(await alice.all()).toHaveLength(2);
    expect(await problemsOf(server)).toEqual([]);
  });

  it('takes what its author says of an entry, and leaves a tombstone in its place', async () => {
    const { server, alice, byBob } = await withTicket();
    await alice.post({ id: 'a', text: 'helo <@bob>' });
    const edited = await alice.edit('a', 'hello <@carol> and <#tickets/t1>');
    expect(edited).toMatchObject({
      version: 2,
      text: 'hello <@carol> and <#tickets/t1>',
      mentions: [{ user: 'carol' }, { collection: 'tickets', record: 't1' }],
      editedAt: expect.any(String) as string,
    });
    expect(await alice.edit('a', edited.text)).toEqual(edited);
    expect(await byBob.refusal('PATCH', '/a', { text: 'mine' })).toBe('forbidden');
    expect(await byBob.refusal('DELETE', '/a')).toBe('forbidden');
    await alice.remove('a');
    const [tombstone] = await alice.all();
    const { id, seq, author, authorName, at } = edited;
    const { deletedAt } = tombstone as LogEntry;
    expect(tombstone).toEqual({ id, seq, version: 3, author, authorName, at, text: '', deletedAt, deletedBy: 'alice' });
    for (const [method, suffix, body] of [
      ['DELETE', '/a', undefined],
      ['PATCH', '/a', { text: 'again' }],
      ['PATCH', '/a', { pinned: true }],
      ['PUT', `/a/reactions/${encodeURIComponent('👍')}`, undefined],
    ] as const)
      expect(await alice.refusal(method, suffix, body), `${method} ${suffix}`).toMatch(/entry_deleted|forbidden/);
    const events = (await readAll(server, '0')).filter(({ type }) => type.startsWith('tickets.comments.'));
    expect(events.map(({ type, version, changed, previous }) => ({ type, version, changed, previous }))).toEqual([
      { type: 'tickets.comments.create', version: 1, changed: ['text', 'mentions'], previous: {} },
      {
        type: 'tickets.comments.update',
        version: 2,
        changed: ['text', 'mentions'],
        previous: { text: 'helo <@bob>', mentions: [{ user: 'bob' }] },
      },
      { type: 'tickets.comments.delete', version: 3, changed: [], previous: {} },
    ]);
    expect(events.at(-1)?.data).toEqual(tombstone);
    expect(await problemsOf(server)).toEqual([]);
  });

  it('counts reactions by who has reacted, each once', async () => {
    const { server, alice, byBob } = await withTicket();
    await alice.post({ id: 'a', text: 'done' });
    await alice.react('a', '👍');
    await byBob.react('a', '👍');
    const reacted = await byBob.react('a', '👩🏽‍🚀');
    expect(reacted).toMatchObject({ version: 4, reactions: { '👍': ['alice', 'bob'], '👩🏽‍🚀': ['bob'] } });
    expect(await byBob.react('a', '👍')).toEqual(reacted);
    await alice.unreact('a', '👍');
    expect((await byBob.unreact('a', '👍')).reactions).toEqual({ '👩🏽‍🚀': ['bob'] });
    expect((await byBob.unreact('a', '👩🏽‍🚀')).reactions).toBeUndefined();
    for (const emoji of ['🇩🇪', '#️⃣', '❤', '❤️', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'])
      expect((await alice.react('a', emoji)).reactions).toHaveProperty([emoji]);
    for (const wrong of ['a', '1', '👍👍', '👍 ', 'é', '‍', '🏻x', '👨‍👩‍👧‍👦‍👨‍👩‍👧‍👦‍👨‍👩‍👧‍👦'])
      expect(await alice.refusal('PUT', `/a/reactions/${encodeURIComponent(wrong)}`), wrong).toBe('bad_request emoji');
    const faces = Array.from({ length: 14 }, (_, index) => String.fromCodePoint(0x1f600 + index));
    for (const face of faces) await alice.react('a', face);
    expect(await alice.refusal('PUT', `/a/reactions/${encodeURIComponent('🚀')}`)).toBe('too_large emoji');
    // One that is there takes no more room.
    await byBob.react('a', faces[0] as string);
    expect(await problemsOf(server)).toEqual([]);
  });

  it('has flat threads, whose root counts the replies that are not deleted', async () => {
    const { server, alice, byBob } = await withTicket();
    await alice.post({ id: 'root', text: 'how many sheets?' });
    const r1 = await byBob.post({ id: 'r1', text: '500', replyTo: 'root' });
    const r2 = await alice.post({ id: 'r2', text: 'of which?', replyTo: 'r1' });
    const r3 = await byBob.post({ id: 'r3', text: 'all', replyTo: 'root' });
    await alice.post('something else');
    for (const { replyTo } of [r1, r2, r3]) expect(replyTo).toEqual({ id: 'root', seq: 1 });
    const threadOf = async (): Promise<unknown> => (await alice.get('root')).thread;
    expect(await threadOf()).toEqual({ count: 3, lastSeq: 4, lastAt: r3.at, authors: ['alice', 'bob'] });
    expect((await alice.page('thread=1')).items).toEqual([r1, r2, r3]);
    expect(await alice.page('thread=1&limit=1&before=4')).toMatchObject({
      items: [r2],
      head: 5,
      hasBefore: true,
      hasAfter: true,
    });

    await byBob.remove('r3');
    expect(await threadOf()).toEqual({ count: 2, lastSeq: 3, lastAt: r2.at, authors: ['bob', 'alice'] });
    expect((await alice.page('thread=1')).items.map(({ id, deletedAt }) => [id, deletedAt !== undefined])).toEqual([
      ['r1', false],
      ['r2', false],
      ['r3', true],
    ]);
    // The root goes, its thread stays, and goes on.
    await alice.remove('root');
    await alice.post({ id: 'r4', text: 'still here', replyTo: 'root' });
    expect(await alice.get('root')).toMatchObject({ text: '', thread: { count: 3, lastSeq: 6 } });
    for (const id of ['r1', 'r2', 'r4']) await (id === 'r1' ? byBob : alice).remove(id);
    expect(await threadOf()).toBeUndefined();
    expect(await alice.refusal('POST', '', { text: 'too late', replyTo: 'root' })).toBe('entry_deleted replyTo');
    expect(await alice.refusal('POST', '', { text: 'to whom', replyTo: 'nobody' })).toBe('invalid_record replyTo');
    expect(await problemsOf(server)).toEqual([]);
  });

  it('[L4] counts right in a thread that many reply to and delete in at once', async () => {
    const { server, alice } = await withTicket();
    await alice.post({ id: 'root', text: 'vote' });
    const voters = Array.from({ length: 8 }, (_, index) => logClient(server, 'tickets/t1/comments', { user: `voter-${index}` }));
    await Promise.all(
      voters.map(async (voter, index) => {
        for (let round = 0; round < 4; round++) await voter.post({ id: `${index}-${round}`, text: 'me', replyTo: 'root' });
        await Promise.all([voter.remove(`${index}-3`), voter.remove(`${index}-1`)]);
      }),
    );
    const live = (await alice.page('thread=1&limit=200')).items.filter(({ deletedAt }) => deletedAt === undefined);
    const { thread } = await alice.get('root');
    expect(thread).toMatchObject({ count: 16, lastSeq: live.at(-1)?.seq, lastAt: live.at(-1)?.at });
    expect(thread?.authors).toEqual([...new Set(live.toReversed().map(({ author }) => author))].slice(0, 5).toReversed());
    expect(await problemsOf(server)).toEqual([]);
  });

  it('has what is pinned at hand, and notes who has pinned it', async () => {
    const server = await startServer({ config: rooms });
    await server.json('POST', '/records/rooms', { id: 'r1', members: ['ada', 'bob', 'system'] }, admin);
    const [ada, byBob] = [logClient(server, 'rooms/r1/messages', admin), logClient(server, 'rooms/r1/messages', bob)];
    for (const id of ['a', 'b', 'c']) await byBob.post({ id, text: id });
    expect(await byBob.refusal('PATCH', '/a', { pinned: true })).toBe('forbidden');
    await ada.pin('c', true);
    const pinned = await ada.pin('a', true);
    expect(pinned).toMatchObject({ pinnedBy: 'ada', pinnedAt: expect.any(String) as string, version: 2 });
    expect(await ada.pin('a', true)).toEqual(pinned);
    expect((await byBob.page('pinned=true')).items.map(({ id }) => id)).toEqual(['a', 'c']);
    await ada.pin('c', false);
    await byBob.remove('a');
    expect((await byBob.page('pinned=true')).items).toEqual([]);
    const notes = (await byBob.all()).slice(3);
    expect(notes.map(({ author, system }) => [author, system])).toEqual(
      [
        { type: 'pinned', seq: 3, by: 'ada' },
        { type: 'pinned', seq: 1, by: 'ada' },
        { type: 'unpinned', seq: 3, by: 'ada' },
      ].map((note) => ['system', note]),
    );
    const [note] = notes;
    expect(note?.mentions).toBeUndefined();
    expect(await byBob.refusal('PATCH', `/${note?.id}`, { text: 'mine' })).toBe('forbidden');
    expect(await ada.refusal('PATCH', `/${note?.id}`, { text: 'mine' })).toBe('forbidden');
    // Somebody who is called so is not the one who has noted it.
    expect(await logClient(server, 'rooms/r1/messages', { user: 'system' }).refusal('DELETE', `/${note?.id}`)).toBe('forbidden');
    expect(await byBob.refusal('POST', '', { id: 'note_1', text: 'as if' })).toBe('invalid_name id');
    expect(await problemsOf(server)).toEqual([]);
  });

  it('refuses by name what is no entry', async () => {
    const { alice } = await withTicket();
    const cases: readonly [unknown, string][] = [
      ['text', 'invalid_record'],
      [[], 'invalid_record'],
      [{}, 'invalid_record text'],
      [{ text: '' }, 'invalid_record text'],
      [{ text: ' \n' }, 'invalid_record text'],
      [{ text: 7 }, 'invalid_record text'],
      [{ text: '\ud800' }, 'invalid_record text'],
      [{ text: 'x'.repeat(101) }, 'invalid_record text'],
      [{ text: 'x', author: 'bob' }, 'invalid_record author'],
      [{ text: 'x', id: '' }, 'invalid_name id'],
      [{ text: 'x', id: 'a/b' }, 'invalid_name id'],
      [{ text: 'x', id: 7 }, 'invalid_name id'],
      [{ text: 'x', replyTo: 'a/b' }, 'invalid_record replyTo'],
      [{ text: 'x', attachments: 'a' }, 'invalid_record attachments'],
      [{ text: 'x', attachments: ['a'] }, 'invalid_record attachments'],
    ];
    for (const [body, refused] of cases) expect(await alice.refusal('POST', '', body), JSON.stringify(body)).toBe(refused);
    await alice.post({ id: 'a', text: 'x'.repeat(100) });
    for (const body of [{}, { text: 'x', pinned: true }, { pinned: 1 }, []])
      expect(await alice.refusal('PATCH', '/a', body), JSON.stringify(body)).toBe('bad_request');
    expect(await alice.refusal('PATCH', '/a', { text: 'x'.repeat(101) })).toBe('invalid_record text');
    expect(await alice.refusal('PATCH', '/nobody', { text: 'x' })).toBe('not_found');
    expect(await alice.refusal('GET', '/nobody')).toBe('not_found');
    expect(await alice.refusal('DELETE', '/a%2Fb')).toBe('not_found');
  });

  it('keeps to the limits on bytes, and on what one may post, change and react to in a minute', async () => {
    const clock = handClock();
    const config = defineConfig({
      collections: { tickets: collection({ fields: { comments: field.log() } }) },
      limits: { maxLogTextBytes: 10, maxEntriesPerMinute: 4 },
    });
    const server = await startServer({ config, clock });
    await server.json('POST', '/records/tickets', { id: 't1' });
    const [alice, byBob] = [undefined, bob].map((as) => logClient(server, 'tickets/t1/comments', as)) as [LogClient, LogClient];
    const { id } = await alice.post('ééééé');
    expect(await alice.refusal('POST', '', { text: 'éééééé' })).toBe('too_large text');
    await alice.post('2');
    await alice.edit(id, '3');
    await alice.react(id, '👍');
    for (const [method, path, body] of [
      ['POST', '', { text: '5' }],
      ['PATCH', `/${id}`, { text: '5' }],
      ['PATCH', `/${id}`, { pinned: true }],
      ['DELETE', `/${id}`],
      ['PUT', `/${id}/reactions/👎`],
      ['DELETE', `/${id}/reactions/👍`],
    ] as const)
      expect(await alice.refusal(method, path, body), `${method} ${path}`).toBe('rate_limited');
    await byBob.post('3');
    clock.advance(60_000);
    expect((await alice.post('4')).seq).toBe(4);
  });

  it('lets a pause go by between two entries of one author, where it is slow', async () => {
    const clock = handClock();
    const server = await startServer({ config: rooms, clock });
    await server.json('POST', '/records/rooms', { id: 'r1', members: ['ada', 'alice', 'bob'], slow: 30 }, admin);
    const [ada, alice, byBob] = [admin, undefined, bob].map((as) => logClient(server, 'rooms/r1/messages', as)) as [
      LogClient,
      LogClient,
      LogClient,
    ];
    await alice.post('first');
    await byBob.post('another author');
    clock.advance(10_500);
    const refused = await server.fetch('/records/rooms/r1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'too soon' }),
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
    expect(await refused.json()).toMatchObject({
      error: { code: 'slow_mode', message: 'Slow mode: the next entry may follow in 20 s.' },
    });
    // Who moderates does not wait, nor does who repeats what is there.
    await ada.post('one');
    await ada.post('two');
    clock.advance(19_500);
    await alice.post({ id: 'second', text: 'in time' });
    await alice.post({ id: 'second', text: 'in time' });
    // Two at once are no way around it.
    clock.advance(30_000);
    const both = await Promise.all([1, 2].map((text) => alice.refusal('POST', '', { text: String(text) })));
    expect(both.toSorted()).toEqual(['201', 'slow_mode']);
    await server.json('PATCH', '/records/rooms/r1', { slow: 0 }, admin);
    await alice.post('as fast as one likes');
  });
});

describe('the verification of a store', () => {
  it('finds an entry of a log that is not the same everywhere', async () => {
    const { server, alice } = await withTicket();
    for (const id of ['a', 'b', 'c']) await alice.post({ id, text: id });
    await server.stop();
    const store = await openLevelStore({ path: server.folder });
    onTestFinished(() => store.close());
    const prefix = 'log/acme/tickets/t1/comments/';
    const problems = async (): Promise<readonly string[]> => (await verifyStore({ store, schema: server.schema })).problems;
    const row = (await store.get(`${prefix}e/000000000002`)) as Uint8Array;
    const other = new TextEncoder().encode(new TextDecoder().decode(row).replace('"text":"b"', '"text":"B"'));
    await store.commit([], (tx) => tx.put(`${prefix}e/000000000002`, other));
    expect(await problems()).toEqual(["acme/tickets/t1/comments/e/000000000002: differs from the segment's document"]);
    await store.commit([], (tx) => tx.delete(`${prefix}e/000000000002`));
    expect((await problems()).join('\n')).toMatch(
      /entry 3 stands where 2 should[^]*holds 3 entries, and there are 2[^]*events and no record or entry/,
    );
    await store.commit([], (tx) => {
      tx.put(`${prefix}e/000000000002`, row);
      tx.delete(`${prefix}i/b`);
    });
    expect(await problems()).toEqual(['acme/tickets/t1/comments/e/000000000002: its id leads elsewhere']);
  });
});

describe('the history of a log', () => {
  it('says to each reader what they may do in it', async () => {
    const server = await startServer({ config: rooms });
    await server.json('POST', '/records/rooms', { id: 'r1', members: ['alice'] }, admin);
    const may = async (as: TestUser): Promise<unknown> => (await logClient(server, 'rooms/r1/messages', as).page()).may;
    expect(await may({ user: 'alice' })).toEqual({ write: true, moderate: false });
    expect(await may(admin)).toEqual({ write: false, moderate: true });
    await server.json('PATCH', '/records/rooms/r1', { members: ['ada'] }, admin);
    expect(await may(admin)).toEqual({ write: true, moderate: true });
  });

  it('is read in windows, from any place, over the bounds of its segments', async () => {
    const { server, alice } = await withTicket();
    const count = 5 * segmentSize + 30;
    expect((await alice.page()).items).toEqual([]);
    for (let seq = 1; seq <= count; seq += 50)
      await Promise.all(
        Array.from({ length: Math.min(50, count - seq + 1) }, (_, index) =>
          logClient(server, 'tickets/t1/comments', { user: `author-${index % 10}` }).post(`${seq + index}`),
        ),
      );
    const seqsOf = async (query: string): Promise<unknown> => {
      const { items, head, hasBefore, hasAfter } = await alice.page(query);
      expect(head).toBe(count);
      expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => (items[0]?.seq ?? 0) + index));
      return [items[0]?.seq, items.at(-1)?.seq, hasBefore, hasAfter];
    };
    expect(await seqsOf('')).toEqual([981, 1030, true, false]);
    expect(await seqsOf('limit=200')).toEqual([831, 1030, true, false]);
    expect(await seqsOf('before=831&limit=200')).toEqual([631, 830, true, true]);
    expect(await seqsOf('before=11')).toEqual([1, 10, false, true]);
    expect(await seqsOf('before=1')).toEqual([undefined, undefined, false, true]);
    expect(await seqsOf('after=0&limit=3')).toEqual([1, 3, false, true]);
    expect(await seqsOf('after=1020')).toEqual([1021, 1030, true, false]);
    expect(await seqsOf('after=1030')).toEqual([undefined, undefined, true, false]);
    expect(await seqsOf('around=601&limit=10')).toEqual([596, 605, true, true]);
    expect(await seqsOf('around=1&limit=10')).toEqual([1, 5, false, true]);
    expect(await seqsOf('around=1030&limit=10')).toEqual([1025, 1030, true, false]);
    for (const wrong of [
      'limit=0',
      'limit=201',
      'before=0',
      'before=x',
      'before=2&after=1',
      'pinned=maybe',
      'since=1',
      'thread=1&pinned=true',
    ])
      expect(await alice.refusal('GET', `?${wrong}`), wrong).toMatch(/^bad_request/);
    expect(await problemsOf(server)).toEqual([]);
  }, 60_000);
});
