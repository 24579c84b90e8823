import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ConfigError, type ConfigMistake, type Schema } from '@concord/schema';
import type { PatternAnswer, PatternQuestion } from './patterns-worker.ts';

/**
 * Up to this length work that grows with the square is done in a moment: a megabyte of such values, one after
 * the other, takes a third of a second. An e-mail address has at most 320.
 */
const maxSquareChars = 320;

/** The checker needs little, and takes what it gets. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

const checked = new WeakSet<Schema>();

/**
 * Makes sure that no `pattern` of the schema lets a writer hang the server: a pattern is tried on each value that
 * anybody sends, on the one thread that serves all. `(a+)+$` takes seconds for 30 characters, twice as long for 31.
 *
 * A pattern whose work grows in step with the length passes; one whose work grows with its square passes where
 * `max` bounds the length; any other is refused, and so is one that cannot be judged. It takes some ten
 * milliseconds a pattern, a second where it looks ahead or back, and nothing where there is none. The checker runs
 * in a thread of its own, which ends with it.
 *
 * @throws ConfigError, with all of them
 */
export async function checkPatterns(schema: Schema, file: string): Promise<void> {
  if (checked.has(schema)) return;
  const fields = [...patternFields(schema)];
  const answers = fields.length === 0 ? [] : await judge(fields.map(({ pattern: { source, flags } }) => ({ source, flags })));
  const mistakes = fields.flatMap(({ path, max }, index): ConfigMistake[] => {
    const message = problemOf(answers[index] ?? 'unknown', max);
    return message === null ? [] : [{ path, message }];
  });
  if (mistakes.length > 0) throw new ConfigError(file, mistakes);
  checked.add(schema);
}

interface PatternField {
  readonly path: string;
  readonly pattern: RegExp;
  readonly max: number | null;
}

function* patternFields({ collections }: Schema): Generator<PatternField> {
  for (const collection of collections.values()) {
    for (const field of collection.fields.values()) {
      const path = `collections.${collection.name}.fields.${field.name}`;
      const scalars = field.kind === 'list' ? [...field.rows.values()] : [field];
      for (const scalar of scalars) {
        if (scalar.kind !== 'string' || scalar.pattern === null) continue;
        const { pattern, max } = scalar;
        yield { path: `${path}${scalar === field ? '' : `.${scalar.name}`}.pattern`, pattern, max };
      }
    }
  }
}

function problemOf(answer: PatternAnswer, max: number | null): string | null {
  const advice = 'have each character match at one place of the pattern only';
  if (answer === 'unknown') return 'cannot be judged: write it without what few engines know';
  if (answer === 'exponential') return `takes for ever on some values, and the server would hang: ${advice}`;
  if (answer < 2) return null;
  if (answer > 2) return `takes very long on some values: ${advice}`;
  if (max !== null && max <= maxSquareChars) return null;
  return `takes long on some long values: set max to ${maxSquareChars} or less, or ${advice}`;
}

async function judge(questions: readonly PatternQuestion[]): Promise<readonly PatternAnswer[]> {
  // Its own backends are a Java and a native program; this one is plain JavaScript.
  const env = { RECHECK_SYNC_BACKEND: 'pure' };
  const worker = new Worker(new URL('./patterns-worker.ts', import.meta.url), { env, resourceLimits, workerData: questions });
  try {
    const [answers] = (await once(worker, 'message')) as [readonly PatternAnswer[]];
    return answers;
  } finally {
    await worker.terminate();
  }
}
