import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { frames, openRaw, type RawClient } from './raw-client.ts';
import type { TestServer } from './server.ts';
import { tokenFor, type TestUser } from './tokens.ts';
import { until } from './until.ts';

/** Somebody who has a document open, and says where it is. */
export interface Person {
  readonly client: RawClient;
  readonly awareness: Awareness;
  /** Says where it is. */
  say(state: Record<string, unknown> | null): void;
  /** Says the same again, as clients do every 15 seconds. */
  renew(): void;
  /** Awareness frames that were received. */
  frames(): number;
  /** The states of all others that have come, by user. */
  sees(): Record<string, Record<string, unknown>>;
}

/** Opens a document, or the presence of a collection, by its name. */
export async function enter(server: Pick<TestServer, 'wsUrl'>, as: TestUser, name: string): Promise<Person> {
  const client = await openRaw(server);
  client.send(frames.token(name, await tokenFor(as)), frames.step1(name));
  await until(`${name} to be open`, () => client.kinds(name).includes('step2'));
  const awareness = new Awareness(new Y.Doc());
  awareness.destroy();
  let applied = 0;
  const receive = (): number => {
    const all = client.received.filter(({ kind }) => kind === 'awareness');
    for (const frame of all.slice(applied)) if ('body' in frame) applyAwarenessUpdate(awareness, frame.body, 'server');
    applied = all.length;
    return applied;
  };
  const send = (): void => {
    client.send(frames.awareness(name, encodeAwarenessUpdate(awareness, [awareness.clientID])));
  };
  return {
    client,
    awareness,
    say(state) {
      awareness.setLocalState(state);
      send();
    },
    renew() {
      awareness.setLocalState(awareness.getLocalState());
      send();
    },
    frames: receive,
    sees() {
      receive();
      const others = [...awareness.getStates()].filter(([id]) => id !== awareness.clientID).map(([, state]) => state);
      return Object.fromEntries(others.map(({ user, ...state }) => [(user as { id: string }).id, state]));
    },
  };
}
