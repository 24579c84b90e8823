import { expect, it } from 'vitest';
import { everyTicket, filterOf, listPath } from './ticket-query.ts';

it('filters by nothing, one or both', () => {
  expect(filterOf(everyTicket)).toBeNull();
  expect(filterOf({ ...everyTicket, text: '   ' })).toBeNull();
  expect(filterOf({ ...everyTicket, status: 'open' })).toBe("status = 'open'");
  expect(filterOf({ ...everyTicket, text: ' cutter ', status: 'waiting' })).toBe(
    "title contains 'cutter' and status = 'waiting'",
  );
});

it('lets no quote end the string it stands in', () => {
  expect(filterOf({ ...everyTicket, text: "parents' or status = 'open" })).toBe("title contains 'parents'' or status = ''open'");
});

it('asks for a page of the same list', () => {
  const url = new URL(listPath({ text: 'a&b', status: null, sort: 'title' }, 'p/2='), 'http://x');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    sort: 'title',
    limit: '100',
    filter: "title contains 'a&b'",
    page: 'p/2=',
  });
});
