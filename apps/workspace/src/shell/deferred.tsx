import { useStatus } from '@concord/react';
import { useEffect, useReducer, useState, type ComponentType, type ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { PageHeading } from '../components/page-heading.tsx';

/** A page whose code is loaded when it is first shown, or before. */
export interface Deferred<P extends object> {
  readonly Page: ComponentType<P>;
  /** What cannot be had now is loaded when it is shown. */
  prefetch(): void;
}

/** Where its code cannot be had, the page says so, and shows itself once the network is back. */
export function deferred<P extends object>(load: () => Promise<ComponentType<P>>): Deferred<P> {
  let loaded: ComponentType<P> | undefined;
  const fetch = async (): Promise<void> => {
    loaded = await load();
  };

  function DeferredPage(props: P): ReactNode {
    const { phase } = useStatus();
    const [attempts, tryAgain] = useReducer((count: number) => count + 1, 0);
    const [isFailed, setIsFailed] = useState(false);
    const [Loaded, setLoaded] = useState(() => loaded);
    useEffect(() => {
      if (Loaded !== undefined) return;
      let isOver = false;
      fetch().then(
        () => !isOver && setLoaded(() => loaded),
        () => !isOver && setIsFailed(true),
      );
      return () => {
        isOver = true;
      };
    }, [Loaded, phase, attempts]);

    if (Loaded !== undefined) return <Loaded {...props} />;
    return (
      <main className="page record-page" id="main">
        {isFailed && (
          <div className="empty" role="alert" data-testid="not-loaded">
            <Icon name="cloud" />
            <PageHeading title="This page could not be loaded" />
            <p className="quiet">It opens by itself when there is a network again.</p>
            <button type="button" className="button" onClick={tryAgain}>
              Try again
            </button>
          </div>
        )}
      </main>
    );
  }

  return { Page: DeferredPage, prefetch: () => void fetch().catch(() => undefined) };
}
