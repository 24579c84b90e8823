import type { CollectionPresences } from './collection-presences.ts';
import { createCell } from './live.ts';
import type { Visitor } from './presence.ts';

/** Who is on which record, once what shows it is loaded: with the first record, or whoever asks. */
export function createLazyPresences(loaded: Promise<CollectionPresences>): CollectionPresences {
  return {
    enter(collection, record) {
      const entered = loaded.then((presences) => presences.enter(collection, record));
      return {
        focus: (field) => void entered.then((place) => place.focus(field)),
        leave: () => void entered.then((place) => place.leave()),
      };
    },
    open(collection) {
      const others = createCell<readonly Visitor[]>([]);
      const opened = loaded.then((presences) => {
        const presence = presences.open(collection);
        presence.others.subscribe(() => others.set(presence.others.get()));
        others.set(presence.others.get());
        return presence;
      });
      return {
        others,
        enter: (record) => void opened.then((presence) => presence.enter(record)),
        close: () => void opened.then((presence) => presence.close()),
      };
    },
  };
}
