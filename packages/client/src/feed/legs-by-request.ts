import type { Transport } from '../client.ts';
import type { OpenLeg } from './leg.ts';
import { createPollLegs } from './poll-leg.ts';
import { createStreamLegs, type HttpLegParts } from './stream-leg.ts';

export { probeStream } from './stream-leg.ts';

/** The transports that are loaded when they are needed: most never are. */
export function createRequestLegs(transport: Exclude<Transport, 'websocket'>, parts: HttpLegParts): OpenLeg {
  return transport === 'sse' ? createStreamLegs(parts) : createPollLegs(parts, transport === 'longpoll');
}
