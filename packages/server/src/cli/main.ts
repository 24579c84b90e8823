#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from './duration.ts';
import { CliFailure, failed, misused } from './failure.ts';
import { logLevels } from './logger.ts';
import type { MigrateOptions } from './migrate.ts';
import type { ServeOptions } from './serve.ts';
import type { TokenOptions } from './token.ts';
import type { AddUserOptions } from './user.ts';
import type { VerifyOptions } from './verify.ts';

// Each command loads only what it needs: `concord token` starts no server.

const data = (): Option => new Option('--data <dir>', 'where everything is kept').env('CONCORD_DATA').default('.concord/data');
const config = (): Option => new Option('--config <file>', 'the config').env('CONCORD_CONFIG').default('./concord.config.ts');

const program = new Command('concord')
  .description('Keeps people and systems in step: records that people edit together, and a feed of every change.')
  .exitOverride()
  .showHelpAfterError('Run it with --help to see what there is.');

program
  .command('serve', { isDefault: true })
  .description('run the server')
  .addOption(new Option('--port <n>', 'where to listen; 0 takes any free port').env('PORT').default(4000).argParser(parsePort))
  .addOption(new Option('--host <address>', 'where to listen; 0.0.0.0 lets others in').default('127.0.0.1'))
  .addOption(data())
  .addOption(config())
  .addOption(new Option('--web <dir>', 'the built workspace app'))
  .addOption(new Option('--demo', 'fill a fresh store with demo data and let anyone sign in').default(false))
  .addOption(
    new Option('--durability <promise>', 'what "saved" survives: fsync, the loss of power; os, the death of the process')
      .env('CONCORD_DURABILITY')
      .choices(['fsync', 'os'])
      .default('fsync'),
  )
  .addOption(new Option('--jwks <url or file>', 'the public keys of another system whose tokens are taken').env('CONCORD_JWKS'))
  .addOption(new Option('--issuer <iss>', "what that system's tokens name as their issuer").env('CONCORD_ISSUER'))
  .addOption(new Option('--audience <aud>', "what that system's tokens name as their audience").env('CONCORD_AUDIENCE'))
  .addOption(
    new Option('--leeway <seconds>', 'how far the clocks of who issues tokens may be off')
      .env('CONCORD_LEEWAY')
      .default(0)
      .argParser(parseLeeway),
  )
  .addOption(new Option('--log-level <level>', 'how much is logged').env('CONCORD_LOG_LEVEL').choices(logLevels))
  .action(async (options: ServeOptions) => (await import('./serve.ts')).serve(options));

program
  .command('token')
  .description('print a token')
  .requiredOption('--account <account>', 'the account it is for')
  .requiredOption('--user <id>', 'who its bearer is')
  .option('--role <role>', 'a role of its bearer; repeat it for more', addRole, [])
  .option('--name <name>', "its bearer's name, for people")
  .addOption(
    new Option('--expires <duration>', 'how long it is good: 90s, 30m, 1h, 7d').default(3600, '1h').argParser(parseExpiry),
  )
  .addOption(data())
  .action(async (options: TokenOptions) => (await import('./token.ts')).printToken(options));

program
  .command('user')
  .description('the people who sign in with a password')
  .command('add')
  .description('add a user, while no server runs on the folder')
  .requiredOption('--account <account>', 'the account to which the user belongs')
  .requiredOption('--user <id>', 'what the user signs in with')
  .option('--role <role>', 'a role of the user; repeat it for more', addRole, [])
  .option('--name <name>', "the user's name, for people")
  .option('--password-stdin', 'read the password from standard input instead of asking for it', false)
  .addOption(data())
  .action(async (options: AddUserOptions) => (await import('./user.ts')).addUser(options));

program
  .command('verify')
  .description('read the whole store and report what does not fit together')
  .addOption(data())
  .addOption(config())
  .action(async (options: VerifyOptions) => (await import('./verify.ts')).verify(options));

program
  .command('migrate')
  .description('move the data of fields whose access was added, changed or taken away, while no server runs on the folder')
  .option('--dry-run', 'only say what would be moved', false)
  .addOption(data())
  .addOption(config())
  .action(async (options: MigrateOptions) => (await import('./migrate.ts')).migrateData(options));

function addRole(role: string, roles: readonly string[]): readonly string[] {
  return [...roles, role];
}

function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function parseLeeway(text: string): number {
  const seconds = /^[0-9]{1,3}$/.test(text) ? Number(text) : Infinity;
  if (seconds > 300) throw new InvalidArgumentError('A leeway is a number of seconds from 0 to 300.');
  return seconds;
}

function parseExpiry(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('Write it like 90s, 30m, 1h or 7d.');
  return seconds;
}

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what was wrong already, or shown its help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : misused;
  else if (error instanceof CliFailure) {
    process.stderr.write(`concord: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`concord: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = failed;
  }
}
