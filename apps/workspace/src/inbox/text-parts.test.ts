import { expect, it } from 'vitest';
import { plainWords, textParts } from './text-parts.ts';

it('names people and records, and takes the marks away', () => {
  expect(textParts('**Hello** <@b%3Eob>, see <#tickets/3>\nor `E-217`: 3 * 4 is *12*')).toEqual([
    'Hello ',
    { user: 'b>ob' },
    ', see ',
    { collection: 'tickets', record: '3' },
    ' or E-217: 3 * 4 is 12',
  ]);
  expect(textParts('<@100%>')).toEqual([{ user: '100%' }]);
  expect(plainWords('<@ada> look at <#tickets/3>', (user) => user.toUpperCase())).toBe('@ADA look at …');
});
