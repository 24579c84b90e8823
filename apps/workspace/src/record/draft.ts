import { ConcordError, type Json } from '@concord/protocol';
import { validateFields, type VisibleCollection } from '@concord/schema';
import { sentenceOf } from '../words/sentence.ts';

/** The values of a record that is not there yet, or that several are to get: only what was said. */
export type Draft = { readonly [field: string]: unknown };

/** What is wrong with one value, as a sentence; null where it is right, or nothing was said. */
export function valueProblem(collection: VisibleCollection, field: string, value: unknown): string | null {
  if (value === undefined) return null;
  try {
    validateFields(collection, { [field]: value }, 'update');
    return null;
  } catch (error) {
    if (error instanceof ConcordError) return sentenceOf(error.message);
    throw error;
  }
}

/** What keeps a draft from being a record, by field; what is at fault as a whole by the empty name. Empty where nothing does. */
export function draftProblems(collection: VisibleCollection, draft: Draft): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  for (const name of collection.fields.keys()) {
    const problem = valueProblem(collection, name, draft[name]);
    if (problem !== null) problems.set(name, problem);
  }
  if (problems.size > 0) return problems;
  try {
    validateFields(collection, draft, 'create');
  } catch (error) {
    if (!(error instanceof ConcordError)) throw error;
    problems.set((error.field ?? '').split('.')[0] ?? '', sentenceOf(error.message));
  }
  return problems;
}

/** Without what was cleared again: its default holds. */
export function saidValues(draft: Draft): { readonly [field: string]: Json } {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined && value !== null)) as {
    readonly [field: string]: Json;
  };
}
