import type { ConcordError } from '@concord/protocol';

/**
 * Where the connection is. `expired`: the token is not taken any more and another is being asked for; `denied`: none that
 * would be taken can be had, until the page gets a new one; `gone`: the client was closed.
 */
export type ConnectionPhase = 'offline' | 'connecting' | 'authenticating' | 'syncing' | 'live' | 'denied' | 'expired' | 'gone';

export interface ConnectionStatus {
  readonly phase: ConnectionPhase;
  /** By what documents and events come: `http` where WebSockets are blocked. */
  readonly transport: 'websocket' | 'http';
  /** Why, where it is `denied`, and why the last attempt failed, where it is `offline`. */
  readonly error?: ConcordError;
  /** When the next attempt is made, in milliseconds since the epoch, while `offline`. */
  readonly retryAt?: number;
}
