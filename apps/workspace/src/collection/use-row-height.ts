import { useSyncExternalStore } from 'react';

const narrow = '(width < 46rem)';

/** Of a row of the list, which is a card where there is no room for columns. */
export function useRowHeight(): number {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(narrow);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => (matchMedia(narrow).matches ? 76 : 40),
  );
}
