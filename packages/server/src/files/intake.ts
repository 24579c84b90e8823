import { headBytes } from './recognize.ts';

/** A file on its way in: what is learned of it as it passes, without ever holding all of it. */
export class Intake {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #check: (size: number) => void;
  readonly #head: Uint8Array[] = [];
  #headSize = 0;
  #size = 0;
  #text: InstanceType<typeof TextDecoder> | undefined = new TextDecoder('utf-8', { fatal: true });

  /** @param check is told how many bytes have come so far, and throws where that is too much */
  constructor(source: AsyncIterable<Uint8Array>, check: (size: number) => void) {
    this.#source = source;
    this.#check = check;
  }

  /** To be read once. */
  async *bytes(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of this.#source) {
      this.#size += chunk.length;
      this.#check(this.#size);
      this.#look(chunk);
      yield chunk;
    }
    this.#decode();
  }

  /** The first bytes, as many as are looked at to tell what it is. */
  get head(): Uint8Array {
    return Buffer.concat(this.#head);
  }

  /** All of it was UTF-8, with no character in it that text does not have. */
  get isText(): boolean {
    return this.#text !== undefined;
  }

  #look(chunk: Uint8Array): void {
    if (this.#headSize < headBytes) {
      const share = chunk.subarray(0, headBytes - this.#headSize);
      this.#head.push(share);
      this.#headSize += share.length;
    }
    this.#decode(chunk);
  }

  #decode(chunk?: Uint8Array): void {
    try {
      const text = this.#text?.decode(chunk, { stream: chunk !== undefined });
      if (text?.includes('\0') === true) this.#text = undefined;
    } catch {
      this.#text = undefined;
    }
  }
}
