import { ConcordError } from '@concord/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState, step, type MachineEvent, type MachineState } from './connection-machine.ts';

const error = new ConcordError('unreachable');
const expired = new ConcordError('token_expired');

function after(...events: readonly MachineEvent[]): MachineState {
  return events.reduce((state, event) => step(state, event).state, initialState);
}

const wanted = { type: 'wanted' } as const;
const opened = { type: 'opened' } as const;
const accepted = { type: 'accepted' } as const;
const synced = { type: 'synced' } as const;
const failed = { type: 'failed', error } as const;
const refused = { type: 'refused', error: expired } as const;
const renewed = { type: 'renewed' } as const;

describe('the connection', () => {
  it('is made when it is wanted, and live once every document is', () => {
    expect(step(initialState, wanted).effects).toEqual(['cancelRetry', 'connect']);
    expect(after(wanted, opened, accepted).phase).toBe('syncing');
    expect(after(wanted, opened, accepted, synced).phase).toBe('live');
    expect(after(wanted, opened, accepted, synced, { type: 'behind' }).phase).toBe('syncing');
  });

  it('waits before it tries again, and says why', () => {
    const { state, effects } = step(after(wanted, opened, accepted, synced), failed);
    expect(state).toMatchObject({ phase: 'offline', error });
    expect(effects).toEqual(['hangUp', 'retryLater']);
    expect(step(state, { type: 'woken' }).effects).toContain('connect');
    expect(step(state, { type: 'due' }).state).toEqual({ phase: 'connecting', isWanted: true, isRejected: false });
  });

  it('asks for another token once, and is denied where that is not taken either', () => {
    const { state, effects } = step(after(wanted, opened), refused);
    expect(state.phase).toBe('expired');
    expect(effects).toEqual(['hangUp', 'renew']);
    expect(after(wanted, opened, refused, renewed).phase).toBe('connecting');
    expect(after(wanted, opened, refused, renewed, opened, refused)).toMatchObject({ phase: 'denied', error: expired });
    expect(after(wanted, opened, refused, renewed, opened, accepted, synced, refused).phase).toBe('expired');
  });

  it('comes back from denied only with a new token', () => {
    const denied = after(wanted, opened, refused, refused);
    expect(denied.phase).toBe('denied');
    for (const type of ['wanted', 'due', 'woken', 'opened', 'accepted'] as const)
      expect(step(denied, { type }).state.phase).toBe('denied');
    expect(step(denied, renewed).state.phase).toBe('connecting');
  });

  it('lets go when nobody wants it', () => {
    expect(step(after(wanted, opened, accepted), { type: 'unwanted' })).toMatchObject({
      state: { phase: 'offline', isWanted: false },
      effects: ['hangUp', 'cancelRetry'],
    });
  });
});

const events: readonly MachineEvent[] = [
  wanted,
  { type: 'unwanted' },
  { type: 'due' },
  { type: 'woken' },
  opened,
  accepted,
  synced,
  { type: 'behind' },
  refused,
  renewed,
  failed,
  { type: 'denied', error },
];

it('is gone for good once closed, and has a socket only where it says so, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 60 }), (happened) => {
      let state = initialState;
      let hasSocket = false;
      let retries = false;
      for (const event of happened) {
        const next = step(state, event);
        for (const effect of next.effects) {
          if (effect === 'hangUp') hasSocket = false;
          // A second socket beside the first would be one that nobody closes.
          if (effect === 'connect') expect(hasSocket).toBe(false);
          if (effect === 'connect') hasSocket = true;
          if (effect === 'retryLater') retries = true;
          if (effect === 'cancelRetry' || effect === 'connect') retries = false;
        }
        state = next.state;
        expect(hasSocket).toBe(['connecting', 'authenticating', 'syncing', 'live'].includes(state.phase));
        if (state.phase === 'offline' && state.isWanted) expect(retries).toBe(true);
      }
      const gone = step(state, { type: 'closed' }).state;
      expect(happened.reduce((before, event) => step(before, event).state, gone).phase).toBe('gone');
    }),
  );
});
