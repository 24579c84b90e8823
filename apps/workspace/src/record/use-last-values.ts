import type { LiveRecord } from '@concord/client';
import { useCallback, useEffect, useRef } from 'react';

/** What is shown is noted this long after a change. To read a long text at each key would hold up who types. */
const noteAfterMs = 1000;

type Values = ReturnType<LiveRecord['values']['get']>;

/** Answers the record's values as they are, or as they were a moment before they were taken from sight. */
export function useLastValues(record: LiveRecord): () => Values {
  const last = useRef<Values>(undefined);
  const { values } = record;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = (): void => {
      timer = undefined;
      last.current = values.get() ?? last.current;
    };
    const stop = values.subscribe(() => {
      timer ??= setTimeout(note, noteAfterMs);
    });
    timer = setTimeout(note, noteAfterMs);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [values]);
  return useCallback(() => values.get() ?? last.current, [values]);
}
