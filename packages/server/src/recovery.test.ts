import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Store } from '@concord/store';
import { Recovery, type RecoveryOptions } from './recovery.ts';

function setUp(parts: Partial<Pick<RecoveryOptions, 'resume'>> & { readonly reopen?: () => Promise<void> }) {
  const steps: string[] = [];
  const recovery: Recovery = new Recovery({
    store: {
      reopen: async () => {
        steps.push('reopen');
        await parts.reopen?.();
      },
    } as unknown as Store,
    clock: {
      now: () => 0,
      after: (ms, run) => {
        steps.push(`wait ${ms}`);
        setImmediate(run);
        return () => undefined;
      },
    },
    logger: pino({ level: 'silent' }),
    abandon: async () => void steps.push('abandon'),
    resume: async () => {
      steps.push('resume');
      await parts.resume?.();
    },
  });
  return { recovery, steps };
}

async function over(recovery: Recovery): Promise<void> {
  while (recovery.failure !== undefined) await new Promise((resolve) => setImmediate(resolve));
}

it('[J3] abandons, reopens until that works, waiting longer each time, and only then resumes', async () => {
  let left = 3;
  const { recovery, steps } = setUp({
    reopen: async () => {
      if (left-- > 0) throw new Error('still full');
    },
  });
  recovery.start(new Error('commit failed', { cause: new Error('No space left on device') }));
  expect(recovery.failure).toBe('No space left on device');
  await over(recovery);
  const again = (ms: number) => ['reopen', 'abandon', `wait ${ms}`];
  expect(steps).toEqual(['abandon', ...again(100), ...again(200), ...again(400), 'reopen', 'resume']);
});

it('[J3] begins anew when a commit fails while work is being taken up', async () => {
  let failures = 2;
  const { recovery, steps } = setUp({
    resume: async () => {
      if (failures-- > 0) recovery.start(new Error('Input/output error'));
    },
  });
  recovery.start(new Error('No space left on device'));
  await over(recovery);
  expect(steps.filter((step) => step === 'resume')).toHaveLength(3);
  expect(steps.slice(-2)).toEqual(['reopen', 'resume']);
  // And it can be started again.
  recovery.start(new Error('once more'));
  await over(recovery);
  expect(steps.slice(-3)).toEqual(['abandon', 'reopen', 'resume']);
});

it('does not wait for the store when it is told to stop', async () => {
  const { recovery, steps } = setUp({ reopen: () => Promise.reject(new Error('still full')) });
  recovery.start(new Error('No space left on device'));
  while (!steps.includes('wait 100')) await new Promise((resolve) => setImmediate(resolve));
  await recovery.stop();
  expect(recovery.failure).toBe('still full');
  recovery.start(new Error('again'));
  expect(steps.filter((step) => step === 'reopen').length).toBeLessThanOrEqual(2);
});
