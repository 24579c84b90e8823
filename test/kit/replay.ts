import type { HocuspocusProvider } from '@hocuspocus/provider';
import * as Y from 'yjs';
import { applyPatches, clientIdOf, type SharedSession } from './traces.ts';

/** How many transactions an author makes before the network gets a turn. */
const burst = 20;

/**
 * Replays a session of several authors at the same time, each through a provider of its own, on the text
 * `field`.
 *
 * A transaction's positions count in the merge of its parents, so it is typed on a private replica that holds
 * exactly those. Its update goes to the provider's document only when everything it builds on has arrived
 * there over the network: Yjs would keep it as pending otherwise, integrate it as if the provider had brought
 * it, and the provider would never send it.
 */
export async function replayTogether(
  session: SharedSession,
  providers: readonly HocuspocusProvider[],
  field: string,
): Promise<void> {
  const updates: (Uint8Array | undefined)[] = session.txns.map(() => undefined);
  const clocks = clocksAfter(session);
  await Promise.all(
    providers.map(async (provider, agent) => {
      const replica = new Y.Doc();
      replica.clientID = clientIdOf(agent);
      const text = replica.getText(field);
      const known = new Set<number>();
      let made = 0;

      /** Brings the replica to the merge of `heads`. */
      async function merge(heads: readonly number[]): Promise<void> {
        const missing = new Set<number>();
        const open = [...heads];
        for (let index = open.pop(); index !== undefined; index = open.pop()) {
          if (known.has(index) || missing.has(index)) continue;
          missing.add(index);
          open.push(...(session.txns[index]?.parents ?? []));
        }
        for (const index of [...missing].sort((a, b) => a - b)) {
          const author = clientIdOf(session.txns[index]?.agent ?? 0);
          await arrived(provider.document, author, clocks[index] ?? 0, () => updates[index] !== undefined);
          Y.applyUpdate(replica, updates[index] as Uint8Array);
          known.add(index);
        }
      }

      replica.on('update', (update: Uint8Array, origin: unknown) => {
        if (typeof origin === 'number') updates[origin] = update;
      });
      for (const [index, txn] of session.txns.entries()) {
        if (txn.agent !== agent) continue;
        await merge(txn.parents);
        replica.transact(() => applyPatches(text, txn.patches), index);
        updates[index] ??= Y.encodeStateAsUpdate(new Y.Doc());
        known.add(index);
        Y.applyUpdate(provider.document, updates[index], 'replay');
        if (++made % burst === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }),
  );
}

/** For each transaction, how much its author has inserted by then: the clock of its client. */
function clocksAfter(session: SharedSession): number[] {
  const inserted = Array.from({ length: session.numAgents }, () => 0);
  return session.txns.map(({ agent, patches }) => {
    for (const [, , text] of patches) inserted[agent] = (inserted[agent] ?? 0) + text.length;
    return inserted[agent] ?? 0;
  });
}

/** Resolves once `document` holds what `author` had inserted up to `clock`, and `more` is true. */
async function arrived(document: Y.Doc, author: number, clock: number, more: () => boolean): Promise<void> {
  const is = (): boolean => Y.getState(document.store, author) >= clock && more();
  if (is()) return;
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (!is()) return;
      document.off('update', check);
      resolve();
    };
    document.on('update', check);
  });
}
