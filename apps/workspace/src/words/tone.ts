import type { EnumSchema } from '@concord/schema';

/** The colours that a choice may have. */
export type Tone = 'green' | 'blue' | 'amber' | 'red' | 'violet' | 'grey' | 'plain';

/** What people mean by some words, wherever they stand in a config. */
const known: Readonly<Record<string, Tone>> = {
  open: 'green',
  new: 'blue',
  todo: 'blue',
  planned: 'blue',
  idea: 'violet',
  draft: 'violet',
  running: 'green',
  active: 'green',
  doing: 'amber',
  review: 'amber',
  waiting: 'amber',
  pending: 'amber',
  paused: 'amber',
  blocked: 'red',
  rejected: 'red',
  failed: 'red',
  overdue: 'red',
  approved: 'green',
  paid: 'green',
  done: 'grey',
  closed: 'grey',
  archived: 'grey',
  cancelled: 'grey',
  low: 'plain',
  normal: 'plain',
  medium: 'plain',
  high: 'amber',
  urgent: 'red',
  critical: 'red',
};

/** For choices that nobody has met before, by their place. */
const inTurn: readonly Tone[] = ['blue', 'violet', 'amber', 'green', 'red'];

export function toneOf(field: EnumSchema, value: string): Tone {
  const tone = known[value.toLowerCase()];
  return tone ?? inTurn[Math.max(0, field.values.indexOf(value)) % inTurn.length] ?? 'plain';
}
