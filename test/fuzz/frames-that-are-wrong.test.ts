import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import { defaultLimits, errorTable, type ErrorCode } from '@concord/protocol';
import config from '../kit/concord.config.ts';
import { quickClock } from '../kit/quick-clock.ts';
import { frames, openRaw, updateWriting } from '../kit/raw-client.ts';
import { postSync, refusal } from '../kit/sync-request.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { endpoints, expectEnd, openOn, startNeighbour, startWatched } from './watched-server.ts';

const document = 'acme/notes/n1';
const limits = { maxUpdateBytes: 32 * 1024, maxDocumentBytes: 128 * 1024, maxAwarenessBytes: 1024 };
const limited = { config: { ...config, limits } };

function awareness(...states: readonly string[]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, states.length);
    states.forEach((state, index) => {
      encoding.writeVarUint(encoder, index + 1);
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarString(encoder, state);
    });
  });
}

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 197 + 91) & 0xff);
const claims = {
  'four gigabytes': [255, 255, 255, 255, 15],
  'nine bytes of length': [255, 255, 255, 255, 255, 255, 255, 255, 1],
  'ten bytes of length': [255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
  'a length without end': [255, 255, 255],
};

type Bad = readonly [what: string, code: ErrorCode, frame: (address: string | undefined) => Uint8Array | string];
/** On `/sync`, text is for the feed. */
const badOnYjs: readonly Bad[] = [
  ['a text frame', 'invalid_frame', () => 'hello'],
  ['a frame of JSON', 'invalid_frame', () => '{"type":"ping"}'],
];
const bad: readonly Bad[] = [
  ['nothing', 'invalid_frame', () => new Uint8Array()],
  ['noise', 'invalid_frame', () => noise(300)],
  ...[6, 8, 9, 100, 2 ** 31, 2 ** 53 - 1].map((type): Bad => [
    `a frame of type ${type}`,
    'invalid_frame',
    (address) => frames.any(address, type, noise(8)),
  ]),
  ['a sync frame of type 7', 'invalid_frame', (address) => frames.any(address, 0, Uint8Array.of(7, 1, 0))],
  ['a sync frame without a type', 'invalid_frame', (address) => frames.any(address, 0)],
  ...Object.entries(claims).flatMap(([what, length]): Bad[] => [
    [`an update that claims ${what}`, 'invalid_frame', (address) => frames.any(address, 0, Uint8Array.of(2, ...length, 1, 2))],
    [`awareness that claims ${what}`, 'invalid_frame', (address) => frames.any(address, 1, Uint8Array.of(...length, 1, 2))],
    [`an address, or a type, of ${what}`, 'invalid_frame', () => Uint8Array.of(...length, 65, 66)],
    [
      `an update in which a text claims ${what}`,
      'invalid_update',
      (address) => frames.update(address, Uint8Array.of(1, 1, 1, 0, 4, 1, 1, 98, ...length, 120, 0)),
    ],
    [
      `an update that claims ${what} of structs`,
      'invalid_update',
      (address) => frames.update(address, Uint8Array.of(1, ...length, 1, 0, 4)),
    ],
    [
      `a state vector that claims ${what} of clients`,
      'invalid_frame',
      (address) => frames.step1(address, Uint8Array.of(...length, 1, 2)),
    ],
  ]),
  ['a state vector of noise', 'invalid_frame', (address) => frames.step1(address, noise(40))],
  ['an empty state vector', 'invalid_frame', (address) => frames.step1(address, new Uint8Array())],
  ['a state vector over the limit', 'too_large', (address) => frames.step1(address, new Uint8Array(limits.maxUpdateBytes + 1))],
  ['an update of noise', 'invalid_update', (address) => frames.update(address, noise(200))],
  ['an empty update', 'invalid_update', (address) => frames.update(address, new Uint8Array())],
  ['a first sync of noise', 'invalid_update', (address) => frames.step2(address, noise(200))],
  [
    'an update over the limit',
    'too_large',
    (address) => frames.update(address, updateWriting('y'.repeat(limits.maxUpdateBytes))),
  ],
  [
    'a first sync over the limit',
    'too_large',
    (address) => frames.step2(address, new Uint8Array(limits.maxDocumentBytes + 1).fill(0)),
  ],
  ['awareness of noise', 'invalid_frame', (address) => frames.awareness(address, noise(50))],
  ['awareness that is not JSON', 'invalid_frame', (address) => frames.awareness(address, awareness('{"user":'))],
  ['awareness that is cut', 'invalid_frame', (address) => frames.awareness(address, awareness('{"user":1}').slice(0, -3))],
  [
    'awareness over the limit',
    'too_large',
    (address) => frames.awareness(address, awareness('{"a":1}', `"${'y'.repeat(limits.maxAwarenessBytes)}"`)),
  ],
  [
    'awareness that is nested too deep',
    'too_large',
    (address) => frames.awareness(address, awareness('['.repeat(300) + ']'.repeat(300))),
  ],
];

describe.each(endpoints)('on /%s', (endpoint) => {
  it('ends the socket of one who sends it, by name, and nobody else notices: each wrong frame', async () => {
    const server = await startWatched(limited);
    const neighbour = await startNeighbour(server, document);
    await neighbour.edit();
    for (const [what, code, frame] of endpoint === 'yjs' ? [...bad, ...badOnYjs] : bad) {
      const { client, address } = await openOn(endpoint, server, document);
      const edited = neighbour.edit();
      await expectEnd(server, client, frame(address), code).catch((error: unknown) => {
        throw new Error(what, { cause: error });
      });
      await edited;
    }
    await neighbour.expectUndisturbed();
    server.expectNoFaults();
  });

  it('ends the socket at a message that is larger than any may be', async () => {
    const server = await startWatched(limited);
    const neighbour = await startNeighbour(server, document);
    const { client, address } = await openOn(endpoint, server, document);
    client.send(frames.update(address, new Uint8Array(limits.maxDocumentBytes + 8192)));
    // Said by the WebSocket protocol itself, before the message is even read.
    expect((await client.ended()).code).toBe(1009);
    expect(server.log.filter(({ msg }) => msg === 'socket error')).toHaveLength(1);
    await neighbour.expectUndisturbed();
    server.expectNoFaults();
  });

  it('takes nothing of a frame that is cut, wherever it is cut', async () => {
    const server = await startWatched(limited);
    const neighbour = await startNeighbour(server, document);
    const address = endpoint === 'sync' ? document : undefined;
    const whole = frames.update(address, updateWriting('cut'));
    for (let length = 0; length < whole.length; length++) {
      const { client } = await openOn(endpoint, server, document);
      client.send(whole.slice(0, length));
      // Cut within its address, it is a frame of a document that was never opened.
      const { reason } = await until('an end', () => client.end ?? denial(client.received));
      expect(['invalid_frame', 'invalid_update', 'unauthenticated'], `cut at ${length}`).toContain(reason);
      client.socket.terminate();
    }
    await neighbour.expectUndisturbed();
    server.expectNoFaults();
  });
});

describe('in a request', () => {
  it('refuses each wrong frame by name, behind one that is kept, and nobody else notices', async () => {
    const server = await startWatched(limited);
    const neighbour = await startNeighbour(server, document);
    for (const [what, code, frame] of bad) {
      const message = frame(undefined) as Uint8Array;
      if (message.length === 0) continue;
      const edited = neighbour.edit();
      // Of other frames than sync ones there is nothing to look at.
      const expected = message[0] === 0 ? code : 'invalid_frame';
      const answer = await refusal(postSync(server, document, [frames.step1(), message]));
      expect(answer.slice(0, 2), what).toEqual([errorTable[expected].http, expected]);
      // What is larger than a document is not even read.
      if (message.length < limits.maxDocumentBytes) expect(answer[2], what).toBe('messages.1');
      await edited;
    }
    await neighbour.expectUndisturbed();
    server.expectNoFaults();
  });

  it('takes nothing of a message that is cut, wherever it is cut', async () => {
    const server = await startWatched(limited);
    const neighbour = await startNeighbour(server, document);
    const whole = frames.update(undefined, updateWriting('cut'));
    for (let length = 1; length < whole.length; length++)
      expect(await refusal(postSync(server, document, [whole.slice(0, length)]))).toEqual([400, 'invalid_frame', 'messages.0']);
    await neighbour.expectUndisturbed();
    server.expectNoFaults();
  });

  it('answers whatever bytes there are', async () => {
    const server = await startWatched(limited);
    const neighbour = await startNeighbour(server, document);
    const sync = fc
      .tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ maxLength: 40 }))
      .map(([type, body]) => [0, type, body.length, ...body]);
    const messages = fc.array(fc.oneof(sync, fc.array(fc.nat(255), { maxLength: 20 })), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(messages, async (bytes) => {
        const { status } = await postSync(server, document, [Uint8Array.from(bytes.flat())], { user: 'mallory' });
        expect([200, 400]).toContain(status);
      }),
    );
    await neighbour.edit();
    expect(server.log.filter(({ level }) => Number(level) > 40)).toEqual([]);
    server.expectNoFaults();
  });
});

describe('on /sync, one document at a time', () => {
  const other = 'acme/notes/never-opened';

  it.each([
    ['an update', frames.update(other, updateWriting('ghost'))],
    ['a first sync', frames.step2(other, updateWriting('ghost'))],
    ['a state vector', frames.step1(other)],
    ['a message', frames.stateless(other, '{"type":"flush","id":1}')],
    ['a question for awareness', frames.any(other, 3)],
  ])('refuses %s for a document that was never opened, and goes on with those that were', async (_what, frame) => {
    // A document has ten seconds for its token.
    const server = await startWatched({ clock: quickClock(4) });
    const neighbour = await startNeighbour(server, document);
    const { client } = await openOn('sync', server, document);
    const before = server.log.length;
    client.send(frame);
    await until('the refusal', () => denial(client.received));
    expect(client.received).toEqual([{ document: other, kind: 'denied', text: 'unauthenticated' }]);
    expect(server.log.slice(before)).toEqual([expect.objectContaining({ code: 'unauthenticated' })]);
    client.send(frames.flush(document, 5));
    await until('the answer on the open one', () => client.kinds(document).includes('stateless'));
    expect((await server.fetch('/records/notes/never-opened')).status).toBe(404);
    await neighbour.expectUndisturbed();
    server.expectNoFaults();
  });

  it('hears no harm in what comes late: a goodbye, or a cursor, for a document that is not open', async () => {
    const server = await startWatched();
    const { client } = await openOn('sync', server, document);
    const before = server.log.length;
    client.send(frames.close(other), frames.awareness(other, awareness('{"user":1}')), frames.flush(document, 1));
    await until('the answer', () => client.kinds(document).includes('stateless'));
    expect(client.received.filter((frame) => frame.document === other)).toEqual([]);
    expect(server.log.length).toBe(before);
    server.expectNoFaults();
  });

  it.each([
    ['garbage', async (): Promise<string> => 'not a token', 'unauthenticated'],
    ['a megabyte', async (): Promise<string> => 'x'.repeat(1_000_000), 'unauthenticated'],
    ['one that has expired', async (): Promise<string> => await tokenFor({ expiresIn: -10 }), 'token_expired'],
    ['nothing', async (): Promise<string> => '', 'unauthenticated'],
  ] as const)('refuses a token that is %s, and hears a good one afterwards', async (_what, make, code) => {
    const server = await startWatched();
    const client = await openRaw(server);
    client.send(frames.token(document, await make()));
    await until('the refusal', () => denial(client.received));
    expect(client.received).toEqual([{ document, kind: 'denied', text: code }]);
    expect(server.log.filter((line) => line['code'] !== undefined)).toEqual([expect.objectContaining({ code })]);
    client.send(frames.token(document, await tokenFor()), frames.step1(document));
    await until('the document', () => client.kinds(document).includes('step2'));
    server.expectNoFaults();
  });

  it('goes on with a document whose token is sent twice, the second of them garbage', async () => {
    const server = await startWatched();
    const { client } = await openOn('sync', server, document);
    client.send(frames.token(document, 'garbage'), frames.token(document, await tokenFor()), frames.flush(document, 1));
    await until('the answer', () => client.kinds(document).includes('stateless'));
    const twice = await openRaw(server);
    const token = await tokenFor();
    twice.send(frames.token(document, token), frames.token(document, token), frames.step1(document));
    await until('the document', () => twice.kinds(document).includes('step2'));
    server.expectNoFaults();
  });

  it('refuses more documents at once than a socket may be opening, and goes on', async () => {
    const server = await startWatched();
    const client = await openRaw(server);
    const names = Array.from({ length: 500 }, (_, index) => `acme/notes/m${index}`);
    const token = await tokenFor();
    client.send(...names.map((name) => frames.token(name, token)));
    await until('all answers', () => client.received.length >= names.length);
    const denied = client.received.filter(({ kind }) => kind === 'denied');
    for (const frame of denied) expect(frame).toMatchObject({ text: 'too_many_documents' });
    expect(server.log.filter((line) => line['code'] === 'too_many_documents')).toHaveLength(denied.length);
    expect(denied.length).toBeGreaterThan(0);
    client.send(frames.step1('acme/notes/m0'));
    await until('the answer on one that is open', () => client.kinds('acme/notes/m0').includes('step2'));
    server.expectNoFaults();
  });

  it('lets nobody fill its memory before the token is accepted', async () => {
    const server = await startWatched();
    const client = await openRaw(server);
    client.send(frames.token(document, await tokenFor()));
    for (let sent = 0; sent < 12; sent++) client.send(frames.stateless(document, 'y'.repeat(1_000_000)));
    client.send(frames.flush(document, 1));
    await until('an end, or an answer', () => client.end !== undefined || client.kinds(document).includes('stateless'));
    if (client.end !== undefined) expect(client.end.reason).toBe('too_large');
    server.expectNoFaults();
  });

  it('has no answer to a message of a megabyte, or to one it does not know', async () => {
    const server = await startWatched();
    const { client } = await openOn('sync', server, document);
    const large = `{"type":"flush","id":1,"more":"${'y'.repeat(1024 * 1024)}"}`;
    const messages = [
      large,
      '',
      '{',
      'null',
      '[]',
      '7',
      '{"type":"flush"}',
      '{"type":"flush","id":"1"}',
      '{"type":"flush","id":1e999}',
    ];
    client.send(...messages.map((message) => frames.stateless(document, message)), frames.flush(document, 2));
    await until('the answer', () => client.kinds(document).includes('stateless'));
    expect(client.received).toEqual([{ document, kind: 'stateless', text: '{"type":"flushed","id":2}' }]);
    server.expectNoFaults();
  });
});

it('has limits that the tests above know', () => {
  expect(Object.keys(defaultLimits)).toEqual(expect.arrayContaining(Object.keys(limits)));
});

/** How the server has refused a document, if it has. */
function denial(received: readonly { readonly kind: string; readonly text?: string }[]): { readonly reason: string } | undefined {
  const denied = received.find(({ kind }) => kind === 'denied');
  return denied && { reason: denied.text ?? '' };
}
