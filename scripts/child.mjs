/** Child processes: in the foreground with the console theirs, or quiet until they fail. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Ends the command with one line and an exit code, without a stack trace. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const parentWatchMs = 500;

/**
 * Runs a program with the console connected to it, in this process group, until it ends. A signal sent
 * to this process is passed on, each kind once: at Ctrl-C the terminal tells the whole group, and npm
 * repeats it. Resolves with the exit code; after a death by signal, with 128 and the signal's number.
 */
export async function runForeground(file, args, options = {}) {
  const child = spawn(file, args, { stdio: 'inherit', ...options });
  const passedOn = new Set();
  const passOn = (signal) => {
    if (!passedOn.has(signal)) child.kill(signal);
    passedOn.add(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  // A npm that is killed outright tells nobody; the program must not go on without it, unseen.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid === parent || passOn('SIGTERM'), parentWatchMs);
  if (process.env.npm_lifecycle_event === undefined) clearInterval(watch);
  try {
    return await ended(child, file);
  } finally {
    clearInterval(watch);
  }
}

/**
 * Runs a program and keeps what it prints to itself; prints all of it when the program fails.
 * Resolves with its standard output. Throws {@link Failure} with the program's exit code.
 */
export async function runQuiet(file, args, options = {}) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let interrupted;
  const interrupt = (signal) => {
    interrupted ??= signal;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, interrupt);
  const printed = [];
  const output = [];
  child.stdout.on('data', (chunk) => (printed.push(chunk), output.push(chunk)));
  child.stderr.on('data', (chunk) => printed.push(chunk));
  try {
    const code = await ended(child, file);
    if (interrupted !== undefined) throw new Failure('interrupted.', 128 + constants.signals[interrupted]);
    if (code !== 0) {
      process.stderr.write(Buffer.concat(printed));
      throw new Failure(`\`${[file.split('/').pop(), ...args].join(' ')}\` failed (${code}); what it printed is above.`, code);
    }
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
  return Buffer.concat(output).toString();
}

/** The exit code of a child, once it has ended and its output has been read. */
function ended(child, file) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`cannot run ${file}: ${error.message}`)));
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
