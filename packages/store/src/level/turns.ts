interface Waiter {
  readonly go: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** One holder per name at a time, in the order of asking. Names that nobody holds cost nothing. */
export class Turns {
  readonly #held = new Map<string, Waiter[]>();

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#held.get(name);
    if (waiting === undefined) this.#held.set(name, []);
    else await new Promise<void>((go, refuse) => waiting.push({ go, refuse }));
    try {
      return await work();
    } finally {
      this.#pass(name);
    }
  }

  /** Refuses all that still wait. Those who have their turn end it themselves. */
  refuse(reason: () => unknown): void {
    for (const waiting of this.#held.values()) {
      for (const { refuse } of waiting.splice(0)) refuse(reason());
    }
  }

  /** How many names are held. */
  get size(): number {
    return this.#held.size;
  }

  #pass(name: string): void {
    const next = this.#held.get(name)?.shift();
    if (next === undefined) this.#held.delete(name);
    else next.go();
  }
}
