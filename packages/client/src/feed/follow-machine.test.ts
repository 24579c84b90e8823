import { describe, expect, it } from 'vitest';
import type { Transport } from '../client.ts';
import { begin, follow, type FollowEvent, type FollowState } from './follow-machine.ts';

const all: readonly Transport[] = ['websocket', 'sse', 'longpoll', 'poll'];
const stream = all.slice(1);

const opening = (transport: Transport, ...suspects: readonly Transport[]): FollowState => ({
  name: 'opening',
  transport,
  suspects,
});
const live = (transport: Transport): FollowState => ({ name: 'live', transport });
const waiting: FollowState = { name: 'waiting' };
const ended: FollowState = { name: 'ended' };

function run(state: FollowState, usable: readonly Transport[], ...events: readonly FollowEvent[]): FollowState {
  return events.reduce((at, event) => follow(at, event, usable), state);
}

describe('a reader of the feed', () => {
  it('begins with the best transport that can be used, and waits where there is none', () => {
    expect(begin(all)).toEqual(opening('websocket'));
    expect(begin(stream)).toEqual(opening('sse'));
    expect(begin([])).toEqual(waiting);
  });

  it('tries the next one where one does not get through, and waits once all have been tried', () => {
    expect(run(begin(all), all, 'blocked')).toEqual(opening('sse', 'websocket'));
    expect(run(begin(all), all, 'blocked', 'blocked', 'blocked')).toEqual(opening('poll', 'websocket', 'sse', 'longpoll'));
    expect(run(begin(all), all, 'blocked', 'blocked', 'blocked', 'blocked')).toEqual(waiting);
  });

  it.each<[FollowState, FollowEvent, readonly Transport[], FollowState]>([
    [opening('sse', 'websocket'), 'opened', all, live('sse')],
    [opening('sse', 'websocket'), 'cut', all, waiting],
    // The one that is suspected is not the better one.
    [opening('sse', 'websocket'), 'better', all, opening('sse', 'websocket')],
    [opening('poll', 'longpoll'), 'better', all, opening('websocket', 'longpoll')],
    [opening('sse', 'websocket'), 'woken', all, opening('websocket')],
    [opening('websocket'), 'woken', all, opening('websocket')],
    [live('sse'), 'blocked', stream, opening('longpoll', 'sse')],
    [live('sse'), 'cut', all, waiting],
    [live('websocket'), 'cut', all, opening('websocket')],
    [live('websocket'), 'woken', all, live('websocket')],
    [live('poll'), 'woken', stream, opening('sse')],
    [live('poll'), 'better', stream, opening('sse')],
    [live('sse'), 'better', stream, live('sse')],
    [waiting, 'due', all, opening('websocket')],
    [waiting, 'woken', stream, opening('sse')],
    [waiting, 'better', stream, opening('sse')],
    [waiting, 'blocked', all, waiting],
    [ended, 'due', all, ended],
    [ended, 'better', all, ended],
  ])('%j, %s', (state, event, usable, expected) => {
    expect(follow(state, event, usable)).toEqual(expected);
  });

  it('is the same object where nothing is another, and ends from anywhere', () => {
    for (const state of [opening('sse'), live('sse'), waiting]) {
      expect(follow(state, 'stopped', all)).toEqual(ended);
      expect(follow(state, 'refused', all)).toEqual(ended);
      if (state !== waiting) expect(follow(state, 'due', all)).toBe(state);
    }
  });
});
