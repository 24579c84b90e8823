import type { FeedEvent, ResetReason } from '@concord/protocol';
import type { Client } from './client.ts';
import type { Items } from './copy.ts';
import { BrokenPromise, Cut } from './request.ts';

interface Frame {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly data: string;
}

/**
 * An event stream, read as a browser reads one: whatever frame has an `id:`, that is where it goes on, and a frame that is
 * not whole never was.
 */
export async function stream(client: Client): Promise<void> {
  const { url, token, signal } = client.asked;
  // Of whoever wants a snapshot: what has come of it.
  let items: Items[number][] | undefined = client.spec.snapshot && client.cursor === undefined ? [] : undefined;
  let wasReset = false;

  async function take({ id, name, data }: Frame): Promise<void> {
    if (name === undefined && id !== undefined) {
      const event = JSON.parse(data) as FeedEvent;
      if (event.cursor !== id) throw new BrokenPromise(`${event.id} came with the id ${id}`);
      await client.hear(event);
    } else if (name === 'reset') {
      const { cursor } = JSON.parse(data) as { readonly reason: ResetReason; readonly cursor: string };
      if (client.spec.snapshot) {
        items = [];
        wasReset = true;
      } else await client.reset(cursor);
    } else if (name === 'snapshot') {
      items?.push(...(JSON.parse(data) as { readonly items: Items }).items);
    } else if (name === 'resumed' && items !== undefined) {
      const { cursor } = JSON.parse(data) as { readonly cursor: string };
      if (wasReset) await client.reset(cursor, items);
      else client.begin(cursor, items);
      [items, wasReset] = [undefined, false];
    }
    if (id !== undefined) client.cursor = id;
  }

  const since = client.cursor === undefined && !client.spec.snapshot ? '&since=0' : '';
  const headers = {
    authorization: `Bearer ${token}`,
    ...(client.cursor === undefined ? {} : { 'last-event-id': client.cursor }),
  };
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of read(`${url}/api/v1/changes?feed=sse&${client.query}${since}`, { headers, signal: signal ?? null })) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() as string;
    for (const frame of frames) {
      await take(parse(frame));
      if (signal?.aborted) return;
    }
  }
}

/** The bytes; ends with the connection, however that ends. */
async function* read(url: string, init: RequestInit): AsyncIterable<Uint8Array> {
  let body: ReadableStream<Uint8Array> | null;
  let response: Response;
  try {
    response = await fetch(url, init);
    body = response.body;
    if (!response.ok) throw new BrokenPromise(`${response.status} ${await response.text()}`);
  } catch (cause) {
    if (cause instanceof BrokenPromise) throw cause;
    throw new Cut('cut', { cause });
  }
  const reader = body?.getReader();
  for (;;) {
    const next = await reader?.read().catch(() => undefined);
    if (next?.value === undefined) return;
    yield next.value;
  }
}

function parse(frame: string): Frame {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
  return { id: field('id'), name: field('event'), data: field('data') ?? '' };
}
