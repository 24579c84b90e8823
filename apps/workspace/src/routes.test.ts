import { expect, it } from 'vitest';
import { routeOf, ticketHref } from './routes.ts';

it('finds the list and a ticket', () => {
  for (const hash of ['', '#', '#/', '#/tickets', '#/tickets/']) expect(routeOf(hash)).toEqual({ page: 'tickets' });
  expect(routeOf(ticketHref('42'))).toEqual({ page: 'ticket', id: '42' });
});

it('leads nowhere with what can be no record', () => {
  for (const hash of ['#/rooms', '#/tickets/..', '#/tickets/a/b', '#/tickets/%2e', `#/tickets/${'x'.repeat(500)}`])
    expect(routeOf(hash)).toEqual({ page: 'nowhere' });
});
