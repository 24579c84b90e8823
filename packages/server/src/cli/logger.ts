import { pino, type Logger } from 'pino';

export const logLevels: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Nothing here logs them; should somebody do so by mistake, it does no harm. */
const secrets = ['token', 'key', 'secret', 'authorization', 'headers.authorization', 'headers["x-api-key"]', 'headers.cookie'];

export interface LoggerOptions {
  /** A person is watching: what is said to them has standard output, and only warnings are logged unless told otherwise. */
  readonly terminal: boolean;
  readonly level?: string | undefined;
}

/** JSON lines: to standard output, or beside a terminal's to standard error. */
export function createLogger({ terminal, level = terminal ? 'warn' : 'info' }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: secrets, censor: '[redacted]' },
  };
  return pino(
    { ...options, formatters: { level: (label) => ({ level: label }) } },
    pino.destination({ fd: terminal ? 2 : 1, sync: true }),
  );
}
