import { describe, expect, it } from 'vitest';
import { initialSaveMachine, saveStateOf, step, type SaveEvent, type SaveMachine } from './save-state.ts';

/** Runs events and notes each flush that goes out. */
function run(events: readonly SaveEvent[], from: SaveMachine = initialSaveMachine): { machine: SaveMachine; flushes: number[] } {
  const flushes: number[] = [];
  let machine = from;
  for (const event of events) {
    const next = step(machine, event);
    machine = next.machine;
    if (next.flush !== undefined) flushes.push(next.flush);
  }
  return { machine, flushes };
}

const edited: SaveEvent = { type: 'edited' };
const ready: SaveEvent = { type: 'ready' };
const lost: SaveEvent = { type: 'lost' };
const flushed = (id: number): SaveEvent => ({ type: 'flushed', id });

describe('save state', () => {
  it('is saved only when the echo of the flush sent after the edit is back', () => {
    const { machine, flushes } = run([ready, edited]);
    expect(flushes).toEqual([1]);
    expect(saveStateOf(machine)).toEqual({ kind: 'saving' });
    expect(saveStateOf(run([flushed(1)], machine).machine)).toEqual({ kind: 'saved' });
  });

  it('sends nothing while nothing was edited', () => {
    expect(run([ready, lost, ready]).flushes).toEqual([]);
  });

  it('has one flush under way, and sends another for what was edited meanwhile', () => {
    const first = run([ready, edited, edited, edited]);
    expect(first.flushes).toEqual([1]);
    const second = run([flushed(1)], first.machine);
    expect(second.flushes).toEqual([2]);
    expect(saveStateOf(second.machine)).toEqual({ kind: 'saving' });
    expect(saveStateOf(run([flushed(2)], second.machine).machine)).toEqual({ kind: 'saved' });
  });

  it('believes no other id: not an old one, not one from before a reconnect, not a made-up one', () => {
    const { machine, flushes } = run([ready, edited, lost, ready, flushed(1), flushed(99)]);
    expect(flushes).toEqual([1, 2]);
    expect(saveStateOf(machine)).toEqual({ kind: 'saving' });
    expect(saveStateOf(run([flushed(2), flushed(2)], machine).machine)).toEqual({ kind: 'saved' });
  });

  it('keeps count of what is only here while offline, with what was sent but never confirmed', () => {
    const { machine } = run([ready, edited, flushed(1), edited, lost, edited, edited]);
    expect(saveStateOf(machine)).toEqual({ kind: 'offline', changes: 3 });
  });

  it('flushes once when the connection is back', () => {
    const { machine, flushes } = run([ready, lost, edited, edited, ready]);
    expect(flushes).toEqual([1]);
    expect(saveStateOf(run([flushed(1)], machine).machine)).toEqual({ kind: 'saved' });
  });

  it('stays saved when the connection goes with nothing unsaved', () => {
    expect(saveStateOf(run([ready, edited, flushed(1), lost]).machine)).toEqual({ kind: 'saved' });
  });

  it('says why it was refused, keeps counting, and flushes when let in again', () => {
    const refused = run([ready, edited, { type: 'refused', reason: 'record_deleted' }, lost, edited]);
    expect(saveStateOf(refused.machine)).toEqual({ kind: 'refused', reason: 'record_deleted', changes: 2 });
    const again = run([ready], refused.machine);
    expect(again.flushes).toEqual([2]);
    expect(saveStateOf(run([flushed(2)], again.machine).machine)).toEqual({ kind: 'saved' });
  });

  it('never says saved while an edit is unconfirmed, whatever the order of events', () => {
    const kinds = ['edited', 'ready', 'lost', 'echo', 'stale', 'refused'] as const;
    // Every sequence of six events. A model beside the machine knows which edits a true echo has covered.
    for (let n = 0; n < kinds.length ** 6; n += 1) {
      let machine = initialSaveMachine;
      let edits = 0;
      let confirmed = 0;
      let sent: { id: number; edits: number } | null = null;
      for (let i = 0, rest = n; i < 6; i += 1, rest = Math.floor(rest / kinds.length)) {
        const kind = kinds[rest % kinds.length] ?? 'lost';
        let event: SaveEvent;
        if (kind === 'echo') event = flushed(sent?.id ?? 1_000);
        else if (kind === 'stale') event = flushed((sent?.id ?? 1) - 1);
        else if (kind === 'refused') event = { type: 'refused', reason: 'forbidden' };
        else event = { type: kind };
        if (kind === 'edited') edits += 1;
        if (kind === 'echo' && sent !== null) confirmed = sent.edits;
        if (kind === 'lost' || kind === 'refused') sent = null;
        const next = step(machine, event);
        machine = next.machine;
        if (next.flush !== undefined) sent = { id: next.flush, edits };
        if (saveStateOf(machine).kind === 'saved') expect(confirmed).toBe(edits);
      }
    }
  });
});
