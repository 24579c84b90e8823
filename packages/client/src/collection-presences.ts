import { createCell, type Live } from './live.ts';
import { createPeopleHere } from './people-here.ts';
import type { CollectionPresence, Visitor } from './presence.ts';
import type { HeldReplica, Replicas } from './replicas.ts';

/** Who is on which record, by collection. Of each there is one awareness document, which holds nothing else. */
export interface CollectionPresences {
  /** Whoever looks at it, until `close`. */
  open(collection: string): CollectionPresence;
  /** This tab is on that record, or on that field of it. What it answers takes that back. */
  enter(collection: string, record: string): { focus(field: string | null): void; leave(): void };
}

interface Place {
  readonly record: string;
  field: string | null;
}

interface Shown {
  readonly others: ReturnType<typeof createCell<readonly Visitor[]>>;
  /** Where this tab is; the last one is told. */
  readonly places: Place[];
  uses: number;
  held: HeldReplica | undefined;
  stop: () => void;
}

export function createCollectionPresences(parts: {
  readonly replicas: () => Replicas | undefined;
  readonly account: () => string | undefined;
  readonly me: () => string | undefined;
  readonly onPrepared: (listener: () => void) => () => void;
}): CollectionPresences {
  const shown = new Map<string, Shown>();

  function connect(collection: string, one: Shown): void {
    const [replicas, account] = [parts.replicas(), parts.account()];
    if (one.held !== undefined || replicas === undefined || account === undefined) return;
    const held = replicas.open(`${account}/${collection}`);
    const here = createPeopleHere(held.replica.awareness, parts.me);
    const pass = (): void => one.others.set(here.others.get());
    const stopPassing = here.others.subscribe(pass);
    one.held = held;
    one.stop = () => {
      stopPassing();
      here.stop();
      held.replica.awareness.setLocalState(null);
      held.release();
    };
    tell(one);
  }

  function tell({ held, places }: Shown): void {
    const place = places.at(-1);
    held?.replica.awareness.setLocalState(place === undefined ? {} : { record: place.record, field: place.field });
  }

  function use(collection: string): { readonly one: Shown; readonly release: () => void } {
    let one = shown.get(collection);
    if (one === undefined) {
      one = { others: createCell<readonly Visitor[]>([]), places: [], uses: 0, held: undefined, stop: () => undefined };
      shown.set(collection, one);
    }
    const used = one;
    used.uses++;
    const stopWaiting = parts.onPrepared(() => connect(collection, used));
    connect(collection, used);
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      stopWaiting();
      if (--used.uses > 0) return;
      shown.delete(collection);
      used.stop();
    };
    return { one: used, release };
  }

  function enter(collection: string, record: string): { focus(field: string | null): void; leave(): void } {
    const { one, release } = use(collection);
    const place: Place = { record, field: null };
    one.places.push(place);
    tell(one);
    return {
      focus(field) {
        place.field = field;
        tell(one);
      },
      leave() {
        const index = one.places.indexOf(place);
        if (index === -1) return;
        one.places.splice(index, 1);
        tell(one);
        release();
      },
    };
  }

  return {
    enter,
    open(collection) {
      const { one, release } = use(collection);
      const others: Live<readonly Visitor[]> = one.others;
      let entered: ReturnType<typeof enter> | undefined;
      return {
        others,
        enter(record) {
          entered?.leave();
          entered = record === null ? undefined : enter(collection, record);
        },
        close() {
          entered?.leave();
          release();
        },
      };
    },
  };
}
