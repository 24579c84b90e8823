/** How many addresses are remembered, and how long they may be: what clients name is not to fill the memory. */
const maxRemembered = 256;
const maxChars = 1024;

/** Why the documents at these addresses of a socket have ended: late frames are told the reason. */
export class EndedAddresses {
  readonly #reasons = new Map<string, string>();

  add(address: string, reason: string): void {
    if (this.#reasons.size < maxRemembered && address.length <= maxChars) this.#reasons.set(address, reason);
  }

  reasonOf(address: string): string | undefined {
    return this.#reasons.get(address);
  }

  /** It is opened again. */
  forget(address: string): void {
    this.#reasons.delete(address);
  }
}
