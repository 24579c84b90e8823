import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLeases } from './leases.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opener(): { readonly log: string[]; open(name: string): () => { close(): void } } {
  const log: string[] = [];
  return {
    log,
    open: (name) => () => {
      log.push(`open ${name}`);
      return { close: () => void log.push(`close ${name}`) };
    },
  };
}

it('opens once what is asked for twice, and closes it after the last holder has let go', () => {
  const { log, open } = opener();
  const leases = createLeases();
  const [first, second] = [leases.take('a', open('a')), leases.take('a', open('a'))];
  expect(second).toBe(first);
  const [letGo, letGoToo] = [first.hold(), second.hold()];
  letGo();
  vi.advanceTimersByTime(3_600_000);
  expect(log).toEqual(['open a']);
  letGoToo();
  vi.advanceTimersByTime(1_000);
  expect(log).toEqual(['open a', 'close a']);
});

it('keeps what is let go and held again at once, as StrictMode and a change of pages do', () => {
  const { log, open } = opener();
  const leases = createLeases();
  const lease = leases.take('a', open('a'));
  lease.hold()();
  const letGo = lease.hold();
  vi.advanceTimersByTime(3_600_000);
  expect(log).toEqual(['open a']);
  letGo();
});

it('closes what a render asked for that was thrown away, and opens it anew for the next one', () => {
  const { log, open } = opener();
  const leases = createLeases();
  const abandoned = leases.take('a', open('a'));
  vi.advanceTimersByTime(59_000);
  expect(log).toEqual(['open a']);
  vi.advanceTimersByTime(2_000);
  expect(log).toEqual(['open a', 'close a']);
  expect(leases.take('a', open('a'))).not.toBe(abandoned);
});

it('opens anew for who comes back what was over when it was let go, and nothing that somebody holds', () => {
  const { log, open } = opener();
  const leases = createLeases();
  const isOver = (): boolean => true;
  const letGo = leases.take('a', open('a'), isOver).hold();
  leases.take('a', open('a'), isOver);
  expect(log).toEqual(['open a']);
  letGo();
  const again = leases.take('a', open('a'), isOver);
  expect(log).toEqual(['open a', 'close a', 'open a']);
  const letGoAgain = again.hold();
  vi.advanceTimersByTime(3_600_000);
  expect(log).toEqual(['open a', 'close a', 'open a']);
  letGoAgain();
});
