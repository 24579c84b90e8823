import type { Client } from '@concord/client';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

type Custom<Properties> = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & Properties;

declare module 'react' {
  // Where JSX looks for elements.
  namespace JSX {
    interface IntrinsicElements {
      'concord-record': Custom<{ client?: Client; collection?: string; record?: string; bare?: boolean }>;
      'concord-field': Custom<{ field: string; size?: 'title'; hint?: string }>;
    }
  }
}
