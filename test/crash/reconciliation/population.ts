import type { Random } from '../load/random.ts';
import type { ClientSpec, Transport } from './client-spec.ts';

const transports: readonly Transport[] = ['poll', 'longpoll', 'sse', 'websocket', 'webhook'];
const member = [['member']];
const everything = ['tickets', 'notes'];
/** Those whom the policy of projects admits to some. */
export const people: readonly string[] = ['ann', 'ben'];

type Kind = Omit<ClientSpec, 'name' | 'seed' | 'transports' | 'user'> & { readonly user?: string; readonly wanders?: boolean };

/** What there is of each transport. */
const kinds: readonly Kind[] = [
  { sees: everything, snapshot: false, roles: member },
  { sees: everything, snapshot: false, roles: member, wanders: true },
  { sees: ['tickets'], snapshot: false, roles: member, collection: 'tickets', filter: "status = 'open'", wanders: true },
  {
    sees: ['tickets'],
    snapshot: false,
    roles: member,
    collection: 'tickets',
    filter: "estimate > 50 and not title contains '7'",
  },
  { sees: ['tickets'], snapshot: true, roles: member, collection: 'tickets', filter: "updatedBy = 'lea' or status = 'open'" },
  { sees: ['notes'], snapshot: false, roles: member, collection: 'notes', filter: "body contains 'e'", wanders: true },
  { sees: everything, snapshot: true, roles: [['member'], ['member', 'auditor']], wanders: true },
  { sees: ['tickets'], snapshot: true, roles: [['member'], ['member', 'auditor']], collection: 'tickets', wanders: true },
];

/** Those whom a policy decides on: a webhook is nobody's, and sees no project. */
const limited: readonly Kind[] = [
  { sees: [...everything, 'projects'], snapshot: false, roles: member, user: 'ann', wanders: true },
  {
    sees: ['projects'],
    snapshot: false,
    roles: member,
    user: 'ben',
    collection: 'projects',
    filter: "budget > 50 or title contains '1'",
  },
];

/** Fifty clients, ten that begin with each transport. */
export function population(random: Random): ClientSpec[] {
  return transports.flatMap((first) =>
    [...kinds, ...(first === 'webhook' ? kinds.slice(0, 2) : limited)].map(
      ({ user = 'nobody', wanders = false, ...kind }, index) => {
        const others = user === 'nobody' ? transports : transports.filter((transport) => transport !== 'webhook');
        return {
          ...kind,
          name: `${first}-${index}`,
          seed: random.below(2 ** 31),
          user,
          transports: wanders ? [first, ...others.filter((transport) => transport !== first)] : [first],
        };
      },
    ),
  );
}
