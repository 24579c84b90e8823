import type { HocuspocusProvider } from '@hocuspocus/provider';
import { expect, it } from 'vitest';
import { watchHandshake } from './handshake.ts';

const sync = 0;
const awareness = 1;

/** A provider as far as the handshake looks at it. Messages are the numbers behind the document's name. */
function fakeProvider(): { provider: HocuspocusProvider; open(): void; receive(...numbers: number[]): Promise<void> } {
  const listeners = new Map<string, (data: unknown) => void>();
  const provider = { on: (event: string, listener: (data: unknown) => void) => listeners.set(event, listener) };
  return {
    provider: provider as unknown as HocuspocusProvider,
    open: () => listeners.get('open')?.({}),
    async receive(...numbers) {
      listeners.get('message')?.({ message: { readVarString: () => 'demo/tickets/1', readVarUint: () => numbers.shift() ?? 0 } });
      await Promise.resolve();
    },
  };
}

it.each([
  ['the question first', [0, 1]],
  ['the state first', [1, 0]],
])('is done when both sides have told what they held: %s', async (_order, [first = 0, second = 0]) => {
  const { provider, open, receive } = fakeProvider();
  let done = 0;
  watchHandshake(provider, () => (done += 1));
  open();
  await receive(awareness, 0);
  await receive(sync, first);
  await receive(sync, 2);
  expect(done).toBe(0);
  await receive(sync, second);
  expect(done).toBe(1);
  await receive(sync, 2);
  await receive(sync, 1);
  expect(done).toBe(1);
});

it('begins anew with each connection, and takes nothing over from the one before', async () => {
  const { provider, open, receive } = fakeProvider();
  let done = 0;
  watchHandshake(provider, () => (done += 1));
  open();
  await receive(sync, 0);
  await receive(sync, 1);
  open();
  await receive(sync, 1);
  expect(done).toBe(1);
  await receive(sync, 0);
  expect(done).toBe(2);
  open();
  const late = receive(sync, 0);
  open();
  await late;
  await receive(sync, 1);
  expect(done).toBe(2);
});

it('is not done before the answer has gone out', async () => {
  const { provider, open, receive } = fakeProvider();
  const order: string[] = [];
  watchHandshake(provider, () => order.push('done'));
  open();
  await receive(sync, 1);
  const received = receive(sync, 0);
  order.push('answered');
  await received;
  expect(order).toEqual(['answered', 'done']);
});
