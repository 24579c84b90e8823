import { setTimeout as after } from 'node:timers/promises';
import { reach } from '../../kit/requests.ts';
import type { TestUser } from '../../kit/tokens.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request under `/api/v1`, made again and again until somebody answers it. */
export type Ask = (method: string, path: string, body?: object) => Promise<Answer>;

const pauseMs = 20;

/** Asks as that user over a way that is cut now and then, to a server that dies now and then: each answer is the server's own. */
export function askerOf(url: string, as: TestUser): Ask {
  const server = reach(url);
  return async (method, path, body) => {
    const content = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    for (;;) {
      try {
        const response = await server.fetch(path, { method, as, ...content });
        const text = await response.text();
        if (response.status === 500) throw new TypeError(`${method} ${path}: ${text}`);
        if (response.status !== 503) return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
      } catch (error) {
        // What was cut off on its way is a TypeError of fetch, too: of these, only that has a cause.
        if (error instanceof TypeError && error.cause === undefined) throw error;
      }
      await after(pauseMs);
    }
  };
}
