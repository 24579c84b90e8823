import type { FieldSchema } from '@concord/schema';
import type { Strings } from './strings.ts';

/**
 * What keeps `value` from being one of this field, in the page's words. `rule` is what the schema says of it ("must be at
 * least 0"), which stands where the page has no words of its own.
 */
export function problemText(field: FieldSchema, value: unknown, rule: string, strings: Strings, locale: string): string {
  if (value === null || value === '') return strings.mustBeGiven;
  switch (field.kind) {
    case 'string': {
      if (typeof value !== 'string') break;
      if (value.length < field.min) return strings.tooShort(field.min, locale);
      if (field.max !== null && value.length > field.max) return strings.tooLong(field.max, locale);
      if (field.pattern !== null && !field.pattern.test(value)) return strings.mustMatch(field.pattern.source);
      break;
    }
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return strings.mustBeNumber;
      if (field.integer && !Number.isSafeInteger(value)) return strings.mustBeWhole;
      if (field.min !== null && value < field.min) return strings.atLeast(field.min, locale);
      if (field.max !== null && value > field.max) return strings.atMost(field.max, locale);
      break;
    }
    case 'text':
      if (typeof value === 'string' && field.max !== null && value.length > field.max) return strings.tooLong(field.max, locale);
      break;
    case 'set':
    case 'list':
      if (Array.isArray(value) && field.max !== null && value.length > field.max) return strings.tooMany(field.max, locale);
      break;
    default:
  }
  return strings.otherProblem(rule);
}
