import { useEffect, useState } from 'react';

/** Counts down from `seconds`, anew whenever `since` is another one. */
export function useSecondsLeft(seconds: number | undefined, since: unknown): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (seconds === undefined) {
      setLeft(0);
      return;
    }
    const endsAt = performance.now() + seconds * 1000;
    const tell = (): void => setLeft(Math.max(0, Math.ceil((endsAt - performance.now()) / 1000)));
    tell();
    const timer = setInterval(tell, 500);
    return () => clearInterval(timer);
  }, [seconds, since]);
  return left;
}
