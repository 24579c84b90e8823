import { expect, it } from 'vitest';
import { isFinal, nextState, type DeliveryEvent, type DeliveryState } from './delivery-machine.ts';

const states = ['queued', 'sending', 'waiting', 'delivered', 'dead', 'withheld'] as const;
const events = ['begun', 'hidden', 'accepted', 'refused', 'exhausted', 'gone', 'due', 'interrupted'] as const;

function follow(...steps: readonly DeliveryEvent[]): DeliveryState {
  return steps.reduce<DeliveryState>(nextState, 'queued');
}

it('is delivered, or dead, or withheld in the end', () => {
  expect(follow('begun', 'accepted')).toBe('delivered');
  expect(follow('begun', 'refused', 'due', 'begun', 'accepted')).toBe('delivered');
  expect(follow('begun', 'refused', 'due', 'begun', 'exhausted')).toBe('dead');
  expect(follow('begun', 'refused', 'due', 'begun', 'hidden')).toBe('withheld');
  expect(follow('begun', 'gone', 'begun', 'accepted')).toBe('delivered');
});

it('loses nothing when the server stops at any point', () => {
  for (const state of states) {
    if (isFinal(state)) continue;
    expect(['queued', 'waiting']).toContain(nextState(state, 'interrupted'));
  }
});

it('is over once it is over', () => {
  const final = states.filter(isFinal);
  expect(final).toEqual(['delivered', 'dead', 'withheld']);
  for (const state of final) for (const event of events) expect(() => nextState(state, event)).toThrow(TypeError);
});

it('is never sent twice at a time, and never waits for nothing', () => {
  expect(() => nextState('sending', 'begun')).toThrow(TypeError);
  expect(() => nextState('waiting', 'begun')).toThrow(TypeError);
  expect(() => nextState('queued', 'due')).toThrow(TypeError);
});
