import { maxPageBytes, readPage, type Page, type PageParts } from './page.ts';
import type { Reader } from './resume.ts';

export interface WaitOptions {
  readonly after: number;
  readonly limit: number;
  /** Aborted when the wait is over: out of time, the reader gone, or the server about to stop. */
  readonly over: AbortSignal;
}

/** The first page with something in it, or an empty one once the wait is over. Nothing is skipped by it. */
export async function waitForPage(parts: PageParts, reader: Reader, { after, limit, over }: WaitOptions): Promise<Page> {
  const { feed } = parts;
  let told = 0;
  let wake = () => {};
  // Listening before looking: what is published in between is seen at the latest by the next look.
  const stopListening = feed.onPublished(reader.account, (head) => {
    told = Math.max(told, head);
    wake();
  });
  const onOver = () => wake();
  over.addEventListener('abort', onOver);
  try {
    let seq = after;
    for (;;) {
      const through = Math.max(told, await feed.head(reader.account));
      if (seq < through) {
        const page = await readPage(parts, reader, { after: seq, through, limit, maxBytes: maxPageBytes });
        if (page.reset !== undefined || page.events.length > 0 || over.aborted) return page;
        seq = page.seq;
      } else if (over.aborted) {
        return { events: [], seq };
      } else if (told <= through) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stopListening();
    over.removeEventListener('abort', onOver);
  }
}
