import type { HookConnection } from '@concord/schema';
import type { Principal } from '../access/principal.ts';
import type { HookedConnection, HookRunner } from '../hooks/run-hooks.ts';

/** A socket as hooks hear of it, by user: its documents may be opened by the tokens of several. */
export class HookedUsers {
  readonly #hooks: HookRunner;
  readonly #transport: HookConnection['transport'];
  readonly #users = new Map<string, HookedConnection>();

  constructor(hooks: HookRunner, transport: HookConnection['transport']) {
    this.#hooks = hooks;
    this.#transport = transport;
  }

  /** Tells of an open document. Answers what tells that it is closed. */
  tell(principal: Principal, document: string): () => void {
    const user = `${principal.account}/${principal.user}`;
    let hooked = this.#users.get(user);
    if (hooked === undefined) {
      hooked = this.#hooks.connected(this.#transport, principal);
      this.#users.set(user, hooked);
    }
    const subscription = { document };
    hooked.subscribed(subscription);
    return () => hooked.unsubscribed(subscription);
  }

  /** The socket is closed. */
  end(): void {
    for (const hooked of this.#users.values()) hooked.end();
  }
}
