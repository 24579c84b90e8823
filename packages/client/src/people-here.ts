import type { Awareness } from 'y-protocols/awareness';
import { createCell, type Live } from './live.ts';
import type { Visitor } from './presence.ts';

/** Who is there by an awareness, and what this tab says of itself. */
export interface PeopleHere {
  readonly others: Live<readonly Visitor[]>;
  stop(): void;
}

/** @param me the user of this tab, once it is known */
export function createPeopleHere(awareness: Awareness, me: () => string | undefined): PeopleHere {
  const others = createCell<readonly Visitor[]>([], (a, b) => JSON.stringify(a) === JSON.stringify(b));
  // Every move of a caret comes by here; who is on which field changes far less often.
  const look = (): void => {
    const visitors: Visitor[] = [];
    for (const [client, state] of awareness.getStates()) {
      const visitor = client === awareness.clientID ? undefined : visitorOf(client, state, me());
      if (visitor !== undefined) visitors.push(visitor);
    }
    others.set(visitors.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
  };
  awareness.on('change', look);
  look();
  return { others, stop: () => awareness.off('change', look) };
}

/** The server has stamped `user`; the rest is what another page says, which may be anything. */
function visitorOf(client: number, state: Record<string, unknown>, me: string | undefined): Visitor | undefined {
  const user = state['user'] as { readonly id?: unknown; readonly name?: unknown; readonly color?: unknown } | undefined;
  if (typeof user?.id !== 'string') return undefined;
  const { record, field, away } = state;
  return {
    key: String(client),
    user: { id: user.id, name: typeof user.name === 'string' ? user.name : user.id, color: colorOf(user.color) },
    isMe: user.id === me,
    ...(away === true ? { isAway: true } : {}),
    ...(typeof record === 'string' ? { record } : {}),
    ...(typeof field === 'string' ? { field } : {}),
  };
}

function colorOf(color: unknown): string {
  return typeof color === 'string' && /^#[0-9a-f]{3,8}$/i.test(color) ? color : '#5f646a';
}
