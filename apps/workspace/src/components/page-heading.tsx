import { useEffect, useRef, type ReactNode } from 'react';
import { setPageTitle } from './tab-badge.ts';

let pages = 0;

interface PageHeadingProps {
  /** Of the tab, too. */
  readonly title: string;
  readonly className?: string;
  readonly children?: ReactNode;
}

/**
 * The page's `h1`. Whoever comes to the page from another one is put here, as a loaded page would: those who hear it are
 * told where they are, and Tab goes on from its beginning.
 */
export function PageHeading({ title, className = '', children = title }: PageHeadingProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    setPageTitle(title);
  }, [title]);
  useEffect(() => {
    pages += 1;
    if (pages > 1) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  );
}
