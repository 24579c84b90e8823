import { isName, namePatterns } from '@concord/protocol';
import type { Report } from './config-error.ts';
import { join, readOptions } from './options.ts';

/** The APIs of other systems that are served for their own clients. */
export interface CompatConfig {
  /** SnackBase's, at `/compat/snackbase`. It is there unless this is false. */
  readonly snackbase?: boolean | SnackbaseConfig;
}

export interface SnackbaseConfig {
  /** Whose people sign in who name no account. When left out, the only account that has a user of that id. */
  readonly account?: string;
}

/** Of each API what is set of it; null where it is not served. */
export interface CompatSchema {
  readonly snackbase: SnackbaseSchema | null;
}

export interface SnackbaseSchema {
  readonly account: string | null;
}

export function compileCompat(config: unknown, report: Report): CompatSchema {
  const options = readOptions(config ?? {}, 'compat', report);
  const snackbase = compileSnackbase(options.raw('snackbase') ?? true, report);
  options.done();
  return { snackbase };
}

function compileSnackbase(config: unknown, report: Report): SnackbaseSchema | null {
  if (config === false) return null;
  const path = join('compat', 'snackbase');
  const options = readOptions(config === true ? {} : config, path, report);
  const account = options.string('account');
  options.done();
  if (account !== null && !isName('account', account))
    report(join(path, 'account'), `is no account name: it must match ${namePatterns.account.source}`);
  return { account };
}
