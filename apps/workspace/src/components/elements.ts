import type { Client } from '@concord/client';
import type { Strings } from '@concord/elements';
import type { LogMention } from '@concord/protocol';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

type Custom<Properties> = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & Properties;

declare module 'react' {
  // Where JSX looks for elements.
  namespace JSX {
    interface IntrinsicElements {
      'concord-record': Custom<{ client?: Client; collection?: string; record?: string; bare?: boolean }>;
      'concord-field': Custom<{ field: string; size?: 'title'; hint?: string }>;
      'concord-chat': Custom<{
        client?: Client;
        collection: string;
        record: string;
        log: string;
        label?: string;
        entry?: number | undefined;
        strings?: Partial<Strings> | undefined;
        readonly?: boolean;
        reason?: string | undefined;
        'onconcord-link'?: (event: CustomEvent<{ readonly seq: number }>) => void;
        'onconcord-open'?: (event: CustomEvent<LogMention>) => void;
      }>;
    }
  }
}
