import type { LogEntry, LogThread } from '@concord/protocol';
import type { Store } from '@concord/store';
import type { LogAddress } from './log-address.ts';
import { threadPrefix } from './log-keys.ts';
import { readSeq } from './log-reader.ts';

const maxAuthors = 5;

export function withReply(thread: LogThread | undefined, { seq, at, author }: LogEntry): LogThread {
  const others = (thread?.authors ?? []).filter((one) => one !== author);
  return { count: (thread?.count ?? 0) + 1, lastSeq: seq, lastAt: at, authors: [...others, author].slice(-maxAuthors) };
}

/** What is left of a thread without the reply `seq`; undefined where no other is. */
export async function readThreadWithout(
  store: Store,
  address: LogAddress,
  root: LogEntry,
  seq: number,
): Promise<LogThread | undefined> {
  const prefix = threadPrefix(address, root.seq);
  const authors: string[] = [];
  let last: LogEntry | undefined;
  for await (const [key, value] of store.range({ prefix, reverse: true })) {
    const reply = Number(key.slice(prefix.length));
    if (reply === seq || value.byteLength === 0) continue;
    last ??= (await readSeq(store, address, reply))?.entry;
    const author = new TextDecoder().decode(value);
    if (!authors.includes(author)) authors.unshift(author);
    if (authors.length === maxAuthors) break;
  }
  if (last === undefined || root.thread === undefined) return undefined;
  return { count: root.thread.count - 1, lastSeq: last.seq, lastAt: last.at, authors };
}
