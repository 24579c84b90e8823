import { expect } from 'vitest';
import { turns, type ConformanceCheck } from './harness.ts';

export const lockChecks: ConformanceCheck[] = [
  {
    name: 'holders of one name take turns, one at a time and in the order of their calls',
    async run({ store }) {
      const order: number[] = [];
      let holders = 0;
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          store.lock('name', async () => {
            holders++;
            expect(holders).toBe(1);
            await turns(2);
            order.push(i);
            holders--;
            return i;
          }),
        ),
      );
      expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(results).toEqual(order);
    },
  },
  {
    name: 'holders of different names do not wait for each other',
    async run({ store }) {
      let release: () => void = () => {};
      const held = store.lock('a', () => new Promise<void>((resolve) => (release = resolve)));
      expect(await store.lock('b', async () => 'ran')).toBe('ran');
      release();
      await held;
    },
  },
  {
    name: 'a lock is passed on when its holder throws, and the holder is told',
    async run({ store }) {
      const broken = new Error('this work is broken');
      const outcomes = await Promise.allSettled([
        store.lock('name', async () => {
          await turns(1);
          throw broken;
        }),
        store.lock('name', () => {
          throw broken;
        }),
        store.lock('name', async () => 'ran'),
      ]);
      expect(outcomes).toEqual([
        { status: 'rejected', reason: broken },
        { status: 'rejected', reason: broken },
        { status: 'fulfilled', value: 'ran' },
      ]);
    },
  },
  {
    name: 'a lock excludes those who come while it is being passed on',
    async run({ store }) {
      const order: string[] = [];
      const first = store.lock('name', async () => {
        await turns(1);
        order.push('first');
      });
      const second = store.lock('name', async () => {
        await turns(3);
        order.push('second');
      });
      const third = first.then(() => store.lock('name', async () => order.push('third')));
      await Promise.all([first, second, third]);
      expect(order).toEqual(['first', 'second', 'third']);
    },
  },
  {
    name: 'a lease has one holder until it is released',
    async run({ store }) {
      const [first, second] = await Promise.all([store.lease('name'), store.lease('name')]);
      expect([first, second].filter((lease) => lease === undefined)).toHaveLength(1);
      expect(await store.lease('another')).toBeDefined();
      const held = first ?? second;
      await held?.release();
      const third = await store.lease('name');
      expect(third).toBeDefined();
      // Releasing twice must not take away what somebody else holds by now.
      await held?.release();
      expect(await store.lease('name')).toBeUndefined();
    },
  },
];
