/** What the command was asked to do could not be done. */
export const failed = 1;
/** The command was not understood. */
export const misused = 2;

/** Ends the command with a message for people and without a stack: nothing is wrong with the program. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: number;

  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? failed;
  }
}
