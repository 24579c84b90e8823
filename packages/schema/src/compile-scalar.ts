import type { Json, Limits } from '@concord/protocol';
import type { Report } from './config-error.ts';
import type { ScalarKind } from './field.ts';
import { join, type Options } from './options.ts';
import { scalarProblem } from './scalar.ts';
import type { ScalarSchema } from './schema.ts';

/** What the checks of a field need to know of the config around it. */
export interface FieldContext {
  readonly collections: ReadonlySet<string>;
  readonly limits: Limits;
  readonly report: Report;
}

/** Checks the options of a scalar. */
export function compileScalar(
  name: string,
  kind: ScalarKind,
  options: Options,
  path: string,
  context: FieldContext,
): ScalarSchema {
  const base = { name, required: options.boolean('required'), default: null };
  const field = withConstraints(kind, base, options, path, context);
  if (kind === 'ref') return field;
  const value = options.raw('default');
  if (value === undefined) return field;
  const problem = value === null ? 'must not be null: leave it out' : scalarProblem(field, value);
  if (problem === null) return { ...field, default: value as Json } as ScalarSchema;
  context.report(join(path, 'default'), problem);
  return field;
}

interface ScalarBase {
  readonly name: string;
  readonly required: boolean;
  readonly default: null;
}

function withConstraints(
  kind: ScalarKind,
  base: ScalarBase,
  options: Options,
  path: string,
  { limits, collections, report }: FieldContext,
): ScalarSchema {
  switch (kind) {
    case 'string': {
      const min = options.wholeNumber('min', 0) ?? 0;
      const max = options.wholeNumber('max', 1);
      if (max !== null && min > max) report(join(path, 'min'), `must not be above max (${max})`);
      return { ...base, kind, min, max, pattern: compilePattern(options.raw('pattern'), join(path, 'pattern'), report) };
    }
    case 'number': {
      const min = options.number('min');
      const max = options.number('max');
      if (min !== null && max !== null && min > max) report(join(path, 'min'), `must not be above max (${max})`);
      return { ...base, kind, min, max, integer: options.boolean('integer') };
    }
    case 'boolean':
    case 'date':
      return { ...base, kind };
    case 'enum': {
      const values = options.strings('values') ?? [];
      if (values.length === 0) report(join(path, 'values'), 'must be a list of at least one value');
      if (!values.every((value) => value.isWellFormed())) report(join(path, 'values'), 'must not hold a lone surrogate');
      const repeated = values.find((value, index) => values.indexOf(value) !== index);
      if (repeated !== undefined) report(join(path, 'values'), `holds "${repeated}" twice`);
      return { ...base, kind, values: [...values] };
    }
    case 'ref': {
      const target = options.string('collection');
      if (target === null) report(join(path, 'collection'), 'must name a collection');
      else if (!collections.has(target)) report(join(path, 'collection'), `there is no collection "${target}"`);
      return { ...base, kind, collection: target ?? '' };
    }
    case 'json':
      return { ...base, kind, maxBytes: options.wholeNumber('maxBytes', 1), maxDepth: limits.maxJsonDepth };
  }
}

/** A pattern without the flags that make `test` remember where it stopped. */
function compilePattern(pattern: unknown, path: string, report: Report): RegExp | null {
  if (pattern === undefined) return null;
  if (pattern instanceof RegExp) return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  if (typeof pattern === 'string') {
    try {
      return new RegExp(pattern, 'u');
    } catch (error) {
      report(path, `is no regular expression: ${(error as Error).message}`);
      return null;
    }
  }
  report(path, 'must be a regular expression');
  return null;
}
