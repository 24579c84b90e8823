import type { FeedEvent } from '@concord/protocol';

/** `live`: the stream stands. `waiting`: it broke, and will be resumed from the last cursor. */
export type StreamStatus = 'connecting' | 'live' | 'waiting';

export interface EventStreamOptions {
  /** The address of the stream behind `cursor`. */
  url(cursor: string): string;
  /**
   * Asked before a stream that the server refused is opened again, since an EventSource does not say why:
   * whether to go on from the same cursor.
   */
  mayResume(cursor: string): Promise<boolean>;
  onEvent(event: FeedEvent): void;
  /** The cursor is good no longer: list again, then `start` from the list's cursor. */
  onReset(): void;
  onExpired(): void;
  onStatus(status: StreamStatus): void;
}

export interface EventStream {
  /** Opens the stream behind `cursor`; one that stands is closed first. */
  start(cursor: string): void;
  /** The network changed: try again now, without waiting for the silence to be noticed. */
  nudge(): void;
  close(): void;
}

/** The server says something at least every 30 s; after this much silence the connection is taken for dead. */
const silenceMs = 45_000;
/** … and after this much before it has begun. */
const firstWordMs = 10_000;
const firstRetryMs = 1_000;
const longestRetryMs = 15_000;

/** The account's feed by Server-Sent Events, resumed exactly after each break. */
export function createEventStream(options: EventStreamOptions): EventStream {
  let source: EventSource | null = null;
  let cursor = '';
  let retryMs = firstRetryMs;
  /** Rises whenever what was under way is over, so that a late answer finds itself outdated. */
  let turn = 0;
  /** Meant to stand: started, and neither closed nor ended by the server. */
  let wanted = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function close(): void {
    turn += 1;
    source?.close();
    source = null;
    clearTimeout(silence);
    clearTimeout(retry);
  }

  function end(): void {
    wanted = false;
    close();
  }

  function heard(event?: MessageEvent): void {
    if (event !== undefined && event.lastEventId !== '') cursor = event.lastEventId;
    retryMs = firstRetryMs;
    clearTimeout(silence);
    silence = setTimeout(reopen, silenceMs);
  }

  function reopen(): void {
    close();
    options.onStatus('waiting');
    const asked = turn;
    retry = setTimeout(
      () => {
        options.mayResume(cursor).then(
          (resume) => {
            if (asked === turn && resume) open();
          },
          () => {
            if (asked === turn) reopen();
          },
        );
      },
      retryMs * (0.5 + Math.random()),
    );
    retryMs = Math.min(Math.max(retryMs * 2, firstRetryMs), longestRetryMs);
  }

  function open(): void {
    close();
    const opened = new EventSource(options.url(cursor));
    source = opened;
    silence = setTimeout(reopen, firstWordMs);
    opened.addEventListener('open', () => {
      heard();
      options.onStatus('live');
    });
    opened.addEventListener('message', (event: MessageEvent<string>) => {
      heard(event);
      options.onEvent(JSON.parse(event.data) as FeedEvent);
    });
    opened.addEventListener('heartbeat', heard);
    opened.addEventListener('reset', () => {
      end();
      options.onReset();
    });
    opened.addEventListener('expired', () => {
      end();
      options.onExpired();
    });
    opened.addEventListener('error', () => {
      // While CONNECTING the browser retries by itself, with Last-Event-ID; CLOSED means it was refused.
      if (opened.readyState === EventSource.CLOSED) {
        reopen();
        return;
      }
      clearTimeout(silence);
      silence = setTimeout(reopen, firstWordMs);
      options.onStatus('waiting');
    });
  }

  return {
    start(from) {
      wanted = true;
      cursor = from;
      options.onStatus('connecting');
      open();
    },
    nudge() {
      if (!wanted) return;
      retryMs = 0;
      reopen();
    },
    close: end,
  };
}
