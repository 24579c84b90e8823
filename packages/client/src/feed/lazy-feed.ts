import type { Feed } from '../changes.ts';

/** A feed that is loaded when somebody follows it. */
export function createLazyFeed(load: () => Promise<Feed>): Feed {
  let loading: Promise<Feed> | undefined;
  return {
    follow(request, listener) {
      let stop: (() => void) | undefined;
      let isOver = false;
      loading ??= load();
      loading.then(
        (feed) => {
          if (!isOver) stop = feed.follow(request, listener);
        },
        (error: Error) => {
          // The page's own files cannot be had: the next one to follow tries again.
          loading = undefined;
          if (!isOver) listener.onRefused(error);
        },
      );
      return () => {
        isOver = true;
        stop?.();
      };
    },
  };
}
