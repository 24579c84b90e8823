import type { RecordView } from '@concord/protocol';
import { describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../changes.ts';
import { RecordWindow } from './record-window.ts';
import { byId, type Compare } from './sorted-rows.ts';

const byRank: Compare = (a, b) => (a['rank'] as number) - (b['rank'] as number) || byId(a, b);

function row(id: string, rank: number, version = 1, at = version): RecordView {
  const time = new Date(at * 1000).toISOString();
  return { id, version, createdAt: time, createdBy: 'ann', updatedAt: time, updatedBy: 'ann', rank };
}

function event(what: 'create' | 'update' | 'delete', data: RecordView, match?: 'enter' | 'stay' | 'leave'): ChangeEvent {
  return {
    id: `evt_${data.id}${data.version}`,
    cursor: 'c',
    type: `tickets.${what}`,
    timestamp: data.updatedAt,
    collection: 'tickets',
    record: data.id,
    version: data.version,
    changed: [],
    previous: {},
    actors: [],
    data,
    ...(match === undefined ? {} : { match }),
  };
}

function windowOf(rows: readonly RecordView[], isWhole = false): RecordWindow {
  const held = new RecordWindow(byRank);
  held.replace(rows, isWhole, byRank);
  return held;
}

const idsOf = (held: RecordWindow): string =>
  held
    .first(100)
    .map(({ id }) => id)
    .join('');
const put = (held: RecordWindow, view: RecordView, what: 'create' | 'update' = 'update') => held.apply(event(what, view), view);

describe('a window of a list', () => {
  it('holds what sorts in front of its edge, and lets go of what moves behind it', () => {
    const held = windowOf([row('a', 1), row('b', 2), row('c', 3)]);
    expect(put(held, row('d', 2.5), 'create')).toBe('entered');
    expect(put(held, row('e', 4), 'create')).toBe('entered');
    expect(idsOf(held)).toBe('abdc');
    put(held, row('a', 9, 2));
    expect(idsOf(held)).toBe('bdc');
    // Where the last one was, the edge still is: what lies in front of it is known.
    put(held, row('c', 10, 2));
    put(held, row('f', 2.9));
    expect(idsOf(held)).toBe('bdf');
    held.extend([row('g', 5), row('h', 6)], true);
    put(held, row('i', 99));
    expect(idsOf(held)).toBe('bdfghi');
    expect(held.isWhole).toBe(true);
    held.cut(2);
    put(held, row('j', 50));
    expect(idsOf(held)).toBe('bd');
  });

  it('takes no event from before what was read, and every one behind what came by events', () => {
    const held = windowOf([row('a', 1, 5)], true);
    expect(held.isOld(event('update', row('a', 2, 4)))).toBe(true);
    // With a part that is taken away the version falls.
    expect(held.isOld(event('update', row('a', 2, 3, 9)))).toBe(false);
    // The clock was set back.
    expect(held.isOld(event('update', row('a', 2, 6, 2)))).toBe(false);
    put(held, row('a', 2, 6));
    expect(held.isOld(event('update', row('a', 2, 4)))).toBe(false);
    held.putRead(row('a', 3, 5));
    expect(held.first(1)).toEqual([row('a', 2, 6)]);
  });

  it('keeps the objects of what is the same', () => {
    const held = windowOf([row('a', 1), row('b', 2)]);
    const [a, b] = held.first(2);
    put(held, row('a', 1));
    put(held, row('b', 0, 2));
    expect(held.first(2)[1]).toBe(a);
    expect(held.first(2)[0]).not.toBe(b);
    held.replace([row('a', 1), row('b', 0, 3)], true, byRank);
    expect(held.first(2)[1]).toBe(a);
  });

  it('says what has come and gone, as far as an event tells', () => {
    const held = windowOf([row('a', 1)]);
    const [a, x] = [row('a', 1, 2), row('x', 50, 2)];
    const blind = (of: ChangeEvent): ChangeEvent => {
      const { data: _hidden, ...rest } = of;
      return rest;
    };
    expect(held.apply(event('update', x, 'enter'), x)).toBe('entered');
    // What was read may have been ahead of the feed, and not have been counted.
    expect(held.apply(event('update', a, 'enter'), a)).toBe('unknown');
    expect(held.apply(event('update', row('a', 1, 3), 'enter'), row('a', 1, 3))).toBe('stayed');
    expect(held.apply(event('update', x, 'stay'), x)).toBe('stayed');
    expect(held.apply(event('update', x, 'leave'), x)).toBe('left');
    expect(held.apply({ ...blind(event('delete', x)), truncated: true }, undefined)).toBe('left');
    // It may not have matched before; what was purged had been deleted before, or is by this.
    expect(held.apply(blind(event('update', x, 'leave')), undefined)).toBe('unknown');
    expect(held.apply(blind(event('delete', x)), undefined)).toBe('unknown');
    expect(held.apply(blind(event('update', a, 'leave')), undefined)).toBe('left');
    expect(held.length).toBe(0);
    // Whether a text matched before is not told with what it is now.
    const text = { ...event('update', x, 'enter'), changed: ['body'] };
    expect(held.apply(text, x)).toBe('unknown');
    expect(held.apply({ ...text, changed: ['rank'], previous: { rank: 1 } }, x)).toBe('entered');
  });
});
