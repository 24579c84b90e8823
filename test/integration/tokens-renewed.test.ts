import { describe, expect, it } from 'vitest';
import { handClock } from '../kit/hand-clock.ts';
import { connect, flushed } from '../kit/providers.ts';
import { frames, openRawDocument } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const document = 'acme/tickets/t1';

async function start() {
  const clock = handClock();
  const said: unknown[] = [];
  const server = await startServer({ clock, onLog: ({ msg }) => said.push(msg) });
  await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
  return { server, clock, said };
}

describe('a live connection whose token is about to end', () => {
  it('is asked for another a minute before, and goes on with it', async () => {
    const { server, clock, said } = await start();
    let asked = 0;
    const token = async (): Promise<string> => await tokenFor({ expiresIn: 300 * ++asked });
    const provider = await connect(server, document, {}, { token });
    await until('it to be synced', () => provider.isSynced);
    const closes: unknown[] = [];
    provider.on('close', () => closes.push('closed'));
    clock.advance(230_000);
    await flushed(provider);
    expect(asked).toBe(1);
    clock.advance(15_000);
    await until('another token to be accepted', () => said.includes('token renewed'));
    clock.advance(100_000);
    provider.document.getText('body').insert(0, 'kept');
    await flushed(provider);
    expect([asked, closes]).toEqual([2, []]);
  });

  it('is closed as the token says when it has no other, and is asked only once', async () => {
    const { server, clock } = await start();
    let asked = 0;
    const only = await tokenFor({ expiresIn: 300 });
    const provider = await connect(server, document, {}, { token: () => (asked++, only) });
    await until('it to be synced', () => provider.isSynced);
    const reasons: string[] = [];
    provider.on('close', ({ event }: { event: { reason: string } }) => reasons.push(event.reason));
    clock.advance(245_000);
    await until('another token to be asked for', () => asked === 2);
    await flushed(provider);
    clock.advance(30_000);
    await flushed(provider);
    expect([asked, reasons]).toEqual([2, []]);
    clock.advance(30_000);
    await until('it to be closed', () => reasons.length > 0);
    expect(reasons[0]).toBe('token_expired');
  });

  it.each([
    ['another user', { user: 'mallory' }, 'forbidden'],
    ['another account', { account: 'globex' }, 'not_found'],
  ])('cannot become %s: its document is closed, with the reason', async (_who, other, reason) => {
    const { server } = await start();
    const client = await openRawDocument(server, document, {});
    client.send(frames.token(document, await tokenFor(other)));
    await until('it to be closed', () => client.received.some((frame) => JSON.stringify(frame).includes(reason)));
    expect(client.end).toBeUndefined();
  });

  it('loses the document by a token that is none', async () => {
    const { server } = await start();
    await server.json('POST', '/records/articles', { id: 'a1', title: 'x' }, { roles: ['editor'] });
    const client = await openRawDocument(server, 'acme/articles/a1', { roles: ['editor'] });
    client.send(frames.token('acme/articles/a1', 'nonsense'));
    await until('it to be closed', () => client.received.some((frame) => JSON.stringify(frame).includes('unauthenticated')));
  });
});
