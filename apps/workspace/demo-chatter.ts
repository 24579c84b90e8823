import type { DemoEntry } from '@concord/schema';

const openings = ['Morning', 'Quick one', 'For the record', 'Heads up', 'Good news', 'As promised', 'Between two runs'];
const subjects = [
  'the large printer is on {paper} until {time}',
  'the cutter has done {count} sheets without a stop',
  'the {paper} for <#projects/{project}> has come, {boxes} boxes of it',
  'the courier was here at {time} and took {boxes} parcels',
  '<#tickets/{ticket}> came up again, I have added what I saw',
  'proofs of <#projects/{project}> hang on the line until {time}',
  'we are down to {boxes} boxes of {paper}, I have ordered more',
  'the dryer is at 48 degrees and stays there',
  'the first {count} sheets of <#projects/{project}> are stacked by the side door',
  'somebody is to look at <#tickets/{ticket}> before {time}',
];
const answers = [
  'Thanks, I take it from there.',
  'Seen. I am at the counter until {time}.',
  'Good. Then I start the next run with {paper}.',
  'Can it wait until {time}? The counter is full.',
  'Done, {boxes} boxes are on the shelf.',
  'I have put a note on <#tickets/{ticket}>.',
  '<@{person}>, is that the one from last week?',
  'Counted twice: {count}.',
];
const slots: Readonly<Record<string, readonly string[]>> = {
  paper: ['170 g matte', 'glossy', 'recycled 120 g', 'the heavy board', 'fabric'],
  time: ['ten', 'noon', 'half past two', 'four', 'the evening'],
  project: ['festival-posters', 'school-calendars', 'krone-menus', 'holm-plans'],
  ticket: ['2', '3', '5', '7', '8', '11'],
  person: ['ada', 'ben', 'chloe', 'dan'],
};
const people = ['ben', 'chloe', 'ada', 'dan', 'ben', 'chloe'];

/** What is said on a shop floor in some weeks: the same `count` entries each time, the last of them that many minutes ago. */
export function chatter(count: number, minutesAgo: number): readonly DemoEntry[] {
  const draw = drawing(42);
  const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T;
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
      if (name === 'count') return String(40 + draw(400));
      return name === 'boxes' ? String(2 + draw(7)) : pick(slots[name] ?? ['']);
    });
  const entries: DemoEntry[] = [];
  let ago = minutesAgo;
  for (let left = count; left > 0; left--) {
    const isAnswer = draw(3) > 0;
    const text = isAnswer ? fill(pick(answers)) : `${pick(openings)}: ${fill(pick(subjects))}.`;
    entries.push({
      author: pick(people),
      text,
      minutesAgo: ago,
      ...(draw(20) === 0 ? { reactions: { '👍': [pick(people)] } } : {}),
    });
    ago += draw(10) === 0 ? 300 + draw(900) : 1 + draw(40);
  }
  return entries.toReversed();
}

/** Whole numbers below what is asked for, in the same order each time (a linear congruential generator). */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
