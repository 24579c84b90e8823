import type { Report } from './config-error.ts';
import { isPlainObject } from './json-value.ts';

/**
 * The options of one place of the config, read one by one. A reader reports what does not fit and answers
 * as if it had been left out; `done` reports the options nobody asked for.
 */
export interface Options {
  has(name: string): boolean;
  raw(name: string): unknown;
  boolean(name: string): boolean;
  /** At least `least`. */
  wholeNumber(name: string, least: number): number | null;
  number(name: string): number | null;
  string(name: string): string | null;
  strings(name: string): readonly string[] | null;
  done(): void;
}

export function readOptions(value: unknown, path: string, report: Report): Options {
  if (!isPlainObject(value)) report(path, 'must be an object');
  const given: { readonly [name: string]: unknown } = isPlainObject(value) ? value : {};
  const asked = new Set<string>();
  const raw = (name: string): unknown => {
    asked.add(name);
    return Object.hasOwn(given, name) ? given[name] : undefined;
  };
  const read = <T>(name: string, fits: (option: unknown) => option is T, expected: string): T | null => {
    const option = raw(name);
    if (option === undefined) return null;
    if (fits(option)) return option;
    report(join(path, name), `must be ${expected}`);
    return null;
  };
  return {
    raw,
    has: (name) => raw(name) !== undefined,
    boolean: (name) => read(name, (option) => typeof option === 'boolean', 'true or false') ?? false,
    wholeNumber: (name, least) =>
      read(
        name,
        (option): option is number => Number.isSafeInteger(option) && (option as number) >= least,
        least === 1 ? 'a whole number above 0' : `a whole number, at least ${least}`,
      ),
    number: (name) => read(name, (option): option is number => Number.isFinite(option), 'a number'),
    string: (name) =>
      read(name, (option): option is string => typeof option === 'string' && option !== '', 'a string with something in it'),
    strings: (name) => read(name, isStrings, 'a list of strings'),
    done: () => {
      for (const name of Object.keys(given)) if (!asked.has(name)) report(join(path, name), unknownOption(asked));
    },
  };
}

export function join(path: string, name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return path === '' ? shown : `${path}.${shown}`;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

function unknownOption(known: ReadonlySet<string>): string {
  const names = [...known];
  return names.length === 0 ? 'is no option: there are none here' : `is no option: there are ${names.join(', ')}`;
}
