import { useCallback, useEffect, useState } from 'react';
import { signInRequest, SignInRefusal } from './sign-in-request.ts';

export interface DemoPerson {
  readonly id: string;
  readonly name: string;
}

/** Whom the server offers to sign in as. `none`: it is no demonstration. */
export type Demo =
  | { readonly status: 'asking' | 'none' | 'unreachable' }
  | { readonly status: 'offered'; readonly account: string; readonly people: readonly DemoPerson[] };

export function useDemo(): { readonly demo: Demo; retry(): void } {
  const [demo, setDemo] = useState<Demo>({ status: 'asking' });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isOver = false;
    setDemo({ status: 'asking' });
    signInRequest<{ readonly account: string; readonly people: readonly DemoPerson[] }>('GET', '/demo').then(
      (answer) => isOver || setDemo({ status: 'offered', ...answer }),
      (error: unknown) =>
        isOver || setDemo({ status: error instanceof SignInRefusal && error.code === 'unreachable' ? 'unreachable' : 'none' }),
    );
    return () => {
      isOver = true;
    };
  }, [attempt]);

  return { demo, retry: useCallback(() => setAttempt((count) => count + 1), []) };
}
