import { createCell, createListeners } from '../live.ts';
import type { Inbox, InboxState } from '../inbox.ts';
import { calls, onceLoaded } from '../once-loaded.ts';
import type { OpenInbox } from './open-inbox.ts';

/** An inbox that is loaded, and connected, as long as somebody subscribes. */
export function createLazyInbox(load: () => Promise<OpenInbox>): Inbox & { readonly opened: () => OpenInbox | undefined } {
  const state = createCell<InboxState>({ phase: 'loading', items: [], notifications: [], unread: 0, mentions: 0 });
  const listeners = createListeners();
  let inbox: OpenInbox | undefined;
  const loaded = onceLoaded(async () => {
    inbox = await load();
    inbox.subscribe(() => state.set((inbox as OpenInbox).get()));
    return inbox;
  });
  const arrange = (): void => {
    if (listeners.size > 0 || inbox !== undefined)
      void loaded().then(
        (one) => one.connect(listeners.size > 0),
        () => undefined,
      );
  };
  state.subscribe(listeners.call);
  return {
    opened: () => inbox,
    get: state.get,
    subscribe(listener) {
      const stop = listeners.add(listener);
      arrange();
      return () => {
        stop();
        arrange();
      };
    },
    item: (...log) => inbox?.item(...log),
    thread: (...thread) => inbox?.thread(...thread),
    ...calls(loaded, ['follow']),
  };
}
