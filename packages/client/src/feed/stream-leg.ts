import { ConcordError, type ResetReason } from '@concord/protocol';
import type { Change, ChangeEvent } from '../changes.ts';
import type { Clock } from '../clock.ts';
import type { Http } from '../http.ts';
import { changesPath } from './changes-path.ts';
import { createEventStreamParser, type StreamMessage } from './event-stream.ts';
import { legEndOf, type LegEnd, type LegListener, type OpenLeg } from './leg.ts';

/** The server says something at once. Where nothing has come by then, something in between holds it back. */
const firstByteMs = 5_000;
/** It sends a heartbeat every 30 seconds at the latest. */
const silentMs = 45_000;

export interface HttpLegParts {
  readonly http: Http;
  readonly clock: Clock;
}

/** A request whose body is read as it comes, and that ends when nothing has come for a while. */
export interface Stream {
  /** Resolves when the server has ended it. */
  read(onText: (text: string) => void): Promise<void>;
  /** It was given up, as nothing came. */
  readonly isSilent: boolean;
  close(): void;
}

export function openStream({ http, clock }: HttpLegParts, path: string): Stream {
  const abort = new AbortController();
  let cancelSilence: () => void = () => undefined;
  let isSilent = false;
  const expectWithin = (ms: number): void => {
    cancelSilence();
    cancelSilence = clock.after(ms, () => {
      isSilent = true;
      abort.abort();
    });
  };
  return {
    get isSilent() {
      return isSilent;
    },
    async read(onText) {
      expectWithin(firstByteMs);
      try {
        const response = await http.fetch(path, { headers: { accept: 'text/event-stream' }, signal: abort.signal });
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
        // Somebody else has answered, or this runtime cannot read an answer before its end.
        if (!isStream || response.body === null) throw new ConcordError('unreachable');
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          expectWithin(silentMs);
          onText(decoder.decode(value, { stream: true }));
        }
      } finally {
        cancelSilence();
        abort.abort();
      }
    },
    close() {
      cancelSilence();
      abort.abort();
    },
  };
}

/**
 * The feed as Server-Sent Events, by `fetch`: `EventSource` cannot send a token in a header, and says nothing of a stream
 * that is held back.
 */
export function createStreamLegs(parts: HttpLegParts): OpenLeg {
  return (request, since, listener) => {
    const stream = openStream(parts, changesPath(request, { feed: 'sse', since }));
    let isOpen = false;
    let isOver = false;
    const take = createEventStreamParser((message) => {
      if (!isOver) tell(message, listener);
    });
    const end = (how: LegEnd): void => {
      if (!isOver) listener.onEnded(how);
      isOver = true;
    };
    void stream
      .read((text) => {
        if (isOver) return;
        if (!isOpen) {
          isOpen = true;
          listener.onOpened();
        }
        take(text);
      })
      // All that goes wrong is told by `end`.
      .then(
        () => end({ kind: 'cut' }),
        (error: unknown) => end(stream.isSilent ? { kind: 'blocked' } : legEndOf(error, isOpen)),
      );
    return () => {
      isOver = true;
      stream.close();
    };
  };
}

function tell({ event, data, id }: StreamMessage, listener: LegListener): void {
  const said = JSON.parse(data) as unknown;
  switch (event) {
    case '':
      listener.onChange(said as ChangeEvent);
      break;
    case 'resumed':
      listener.onReady((said as { readonly cursor: string }).cursor);
      break;
    case 'reset': {
      const { reason, cursor } = said as { readonly reason: ResetReason; readonly cursor: string };
      listener.onChange({ type: 'reset', reason, cursor });
      // Otherwise the records come next, and `resumed` behind them.
      if (id !== undefined) listener.onReady(cursor);
      break;
    }
    case 'snapshot':
      listener.onChange({ type: 'snapshot', items: (said as Extract<Change, { readonly type: 'snapshot' }>).items });
      break;
    case 'heartbeat':
      if (id !== undefined) listener.onMoved(id);
      break;
    // `expired` is followed by the end; what is not known by now is for those who know.
  }
}

/** Whether a stream gets through by now. */
export async function probeStream(parts: HttpLegParts, signal: AbortSignal): Promise<boolean> {
  const stream = openStream(parts, changesPath({}, { feed: 'sse', since: 'now' }));
  const close = (): void => stream.close();
  signal.addEventListener('abort', close);
  let isThrough = false;
  try {
    await stream.read(() => {
      isThrough = true;
      stream.close();
    });
  } catch {
    // It was closed because it is through, or it did not get through.
  } finally {
    signal.removeEventListener('abort', close);
  }
  return isThrough;
}
