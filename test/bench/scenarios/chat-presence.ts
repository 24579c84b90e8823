import { measuredRun } from './measured-run.ts';
import type { Scenario } from './scenario.ts';

/** What is only renewed is passed on every eight seconds. */
const renewalMs = 8000;

export function presenceScenario(members: number): Scenario {
  return {
    name: `chat-presence-${members}`,
    group: 'chat',
    title: `a room with ${members} members who renew that they are there, a tenth of whom type: frames that tell of it`,
    yardstick: 'concord',
    supports: (target) => target.serves.includes('rooms'),
    run: (target, options) =>
      measuredRun(
        target,
        options,
        (endpoint) => ({
          kind: 'presence',
          endpoint,
          members,
          warmUpMs: renewalMs,
          measureMs: Math.ceil(options.measureMs / renewalMs) * renewalMs,
        }),
        ({ messages, windowMs }) => ({
          framesPerSecond: (messages * 1000) / windowMs,
          framesPerMember: (messages * 1000) / windowMs / members,
        }),
      ),
  };
}
