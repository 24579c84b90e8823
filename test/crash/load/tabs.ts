import { setImmediate as turn } from 'node:timers/promises';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { flushed } from '../../kit/providers.ts';
import { BrokenPromise, type Target } from './target.ts';

/**
 * Somebody who opens one tab after another: types into a record with a stock provider, closes the tab as
 * soon as they are told "saved", and remembers nothing else. Now and then they do not wait for it.
 */
export async function useTabs(target: Target): Promise<void> {
  while (!target.ended) await useTab(target, target.random.pick(target.documentNames));
}

async function useTab({ server, token, random, ledger }: Target, name: string): Promise<void> {
  const socket = new HocuspocusProviderWebsocket({ url: `${server.wsUrl}/sync`, WebSocketPolyfill: WebSocket });
  const document = new Y.Doc();
  const provider = new HocuspocusProvider({ name, document, token, websocketProvider: socket });
  const gone = new Promise<'gone'>((resolve) => socket.on('disconnect', () => resolve('gone')));
  const refused = new Promise<never>((_resolve, reject) => {
    provider.on('authenticationFailed', ({ reason }: { reason: string }) =>
      reject(new BrokenPromise(`${name} was refused: ${reason}`)),
    );
  });
  refused.catch(() => undefined);
  const within = (done: Promise<void>): Promise<'gone' | void> => Promise.race([done, gone, refused]);
  try {
    const synced = new Promise<void>((resolve) => provider.on('synced', () => resolve()));
    provider.attach();
    if ((await within(synced)) === 'gone') return;
    const markers: string[] = [];
    for (let left = 1 + random.below(12); left > 0; left--) {
      const text = document.getText('body');
      const marker = ledger.marker();
      text.insert(placeIn(text.toString(), random.below(1000)), marker);
      markers.push(marker);
      if (random.chance(0.3)) await turn();
    }
    if (random.chance(0.1)) return;
    if ((await within(flushed(provider))) === 'gone') return;
    for (const marker of markers) ledger.acknowledge(name, marker);
  } finally {
    provider.destroy();
    socket.destroy();
    document.destroy();
  }
}

/** Somewhere between two markers, as chosen by a number from 0 to 999. */
function placeIn(text: string, where: number): number {
  return text.indexOf('>', Math.floor((text.length * where) / 1000)) + 1;
}
