import type { RecordView } from '@concord/protocol';
import type { Clock } from '../clock.ts';
import { createCell, type Live } from '../live.ts';
import type { QueryState } from '../query.ts';
import type { DocumentStorage } from '../storage.ts';

/** Where lists are kept between visits. */
export type ListStorage = Pick<DocumentStorage, 'get' | 'put' | 'list'>;

/** A list as it was when it was last live here. */
interface KeptList {
  readonly name: string;
  readonly keptAt: number;
  readonly state: Pick<QueryState<RecordView>, 'items' | 'hasMore' | 'total'>;
}

export interface KeepingList extends Live<QueryState<RecordView>> {
  close(): void;
}

/** A list is kept this long after it has changed, so that one which changes all the time costs little. */
const keepAfterMs = 1_000;
/** Of a longer list its beginning is kept. */
const maxItems = 500;
/** Of more lists those that were live last. */
const maxLists = 40;
const prefix = 'list/';

/**
 * A list that without a connection shows what it held when it was last live here, until it has been live again. What cannot
 * be kept is not: the list goes on all the same. One that is refused is forgotten.
 */
export function keepList(
  list: Live<QueryState<RecordView>>,
  name: string,
  { storage, clock }: { readonly storage: () => Promise<ListStorage>; readonly clock: Clock },
): KeepingList {
  const shown = createCell(list.get());
  let kept: KeptList | undefined;
  let wasLive = false;
  let cancelKeep: (() => void) | undefined;
  let isClosed = false;

  function show(): void {
    const state = list.get();
    const isFirst = state.phase === 'live' && !wasLive;
    if (isFirst) wasLive = true;
    // The first time at once: the page may be left before it changes.
    if (isFirst) keep();
    else if (state.phase === 'live' || state.phase === 'refused') keepLater();
    const standsIn = state.phase === 'offline' && !wasLive && kept !== undefined;
    shown.set(standsIn ? { ...state, ...kept?.state } : state);
  }

  function keepLater(): void {
    cancelKeep ??= clock.after(keepAfterMs, keep);
  }

  function keep(): void {
    cancelKeep = undefined;
    const { phase, items, hasMore, total } = list.get();
    if (phase !== 'refused' && !wasLive) return;
    const state = {
      items: items.slice(0, maxItems),
      hasMore: hasMore || items.length > maxItems,
      ...(total === undefined ? {} : { total }),
    };
    const entry: KeptList = { name, keptAt: clock.now(), state };
    storage()
      .then(async (into) => {
        await into.put(prefix + name, phase === 'refused' ? undefined : entry);
        await dropOldest(into);
      })
      .catch(() => undefined);
  }

  const stop = list.subscribe(show);
  show();
  storage()
    .then((from) => from.get<KeptList>(prefix + name))
    .then(
      (found) => {
        kept = found;
        if (!isClosed) show();
      },
      () => undefined,
    );

  return {
    get: shown.get,
    subscribe: shown.subscribe,
    close() {
      isClosed = true;
      stop();
      // What is due is kept at once: the page may be about to go.
      if (cancelKeep === undefined) return;
      cancelKeep();
      keep();
    },
  };
}

async function dropOldest(storage: ListStorage): Promise<void> {
  const all = await storage.list<KeptList>(prefix);
  if (all.length <= maxLists) return;
  for (const { name } of all.toSorted((a, b) => a.keptAt - b.keptAt).slice(0, all.length - maxLists))
    await storage.put(prefix + name, undefined);
}
