/** A config with mistakes: one line of the message for each, `<file>: <path>: <what is wrong>`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly ConfigMistake[];

  constructor(file: string, mistakes: readonly ConfigMistake[]) {
    super(mistakes.map(({ path, message }) => `${file}: ${path === '' ? '' : `${path}: `}${message}`).join('\n'));
    this.mistakes = mistakes;
  }
}

export interface ConfigMistake {
  /** `collections.tickets.fields.title.max`; empty for the config as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Takes down a mistake; checking goes on, so that all of them are told at once. */
export type Report = (path: string, message: string) => void;
