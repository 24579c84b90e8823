import { ConcordError } from '@concord/protocol';
import type { Sent } from '../commands.ts';
import type { Http } from '../http.ts';
import type { Asked } from '../outbox/check-command.ts';
import type { LogSource } from './log-source.ts';

/** Tells the server how far the user has read. */
export interface ReadMark {
  read(seq: number, thread: number | undefined): Promise<void>;
}

interface ReadMarkParts {
  readonly http: Pick<Http, 'json'>;
  readonly source: LogSource;
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  readonly enqueue: (asked: Asked) => Sent;
}

/** One request at a time, by thread: of what is read meanwhile the last counts. Without a network it waits in the outbox. */
export function createReadMark({ http, source, collection, record, log, enqueue }: ReadMarkParts): ReadMark {
  const next = new Map<number | undefined, number>();
  const sending = new Map<number | undefined, Promise<void>>();

  async function tell(body: { readonly seq: number; readonly thread?: number }): Promise<void> {
    const wait = (): Promise<void> => enqueue({ operation: 'read', collection, record, log, body }).kept;
    if (!source.isReachable) return await wait();
    try {
      await http.json('PUT', `${source.path}/read`, body);
    } catch (error) {
      if (!(error instanceof ConcordError) || error.entry.retry === 'never') throw error;
      await wait();
    }
  }

  async function sendAll(thread: number | undefined): Promise<void> {
    for (let seq = next.get(thread); seq !== undefined; seq = next.get(thread)) {
      next.delete(thread);
      await tell({ seq, ...(thread === undefined ? {} : { thread }) });
    }
  }

  return {
    read(seq, thread) {
      next.set(thread, seq);
      let running = sending.get(thread);
      if (running === undefined) {
        running = sendAll(thread).finally(() => sending.delete(thread));
        sending.set(thread, running);
      }
      return running;
    },
  };
}
