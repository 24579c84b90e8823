import { describe, expect, it } from 'vitest';
import type { Ticket } from './ticket.ts';
import { appendRows, changeRows, type TicketRow } from './ticket-rows.ts';

const ticket = (id: string, version = 1, updatedAt = `2026-01-0${id}T00:00:00.000Z`): Ticket => ({
  id,
  version,
  title: `Ticket ${id}`,
  status: 'open',
  priority: 'normal',
  assignee: null,
  estimate: null,
  createdAt: `2026-01-0${id}T00:00:00.000Z`,
  updatedAt,
  updatedBy: 'ada',
});
const rows: readonly TicketRow[] = ['3', '2', '1'].map((id) => ({ ticket: ticket(id), live: false }));
const ids = (list: readonly TicketRow[]): string[] => list.map((row) => row.ticket.id);

describe('rows of a live list', () => {
  it('moves a changed record to its place', () => {
    const next = changeRows(rows, { ticket: ticket('1', 2, '2026-02-01T00:00:00.000Z') }, '-updatedAt', false);
    expect(ids(next)).toEqual(['1', '3', '2']);
    expect(next[0]?.live).toBe(true);
    expect(ids(changeRows(rows, { ticket: { ...ticket('3', 2), title: 'A' } }, 'title', false))).toEqual(['3', '1', '2']);
  });

  it('leaves out what is older than the list, and what it holds already', () => {
    const held = changeRows(rows, { ticket: ticket('1', 5) }, '-updatedAt', false);
    expect(changeRows(held, { ticket: ticket('1', 4) }, '-updatedAt', false)).toBe(held);
    expect(changeRows(held, { ticket: ticket('1', 5) }, '-updatedAt', false)).toBe(held);
    expect(changeRows(held, { gone: '1', version: 4 }, '-updatedAt', false)).toBe(held);
  });

  it('takes in a new record, but not past a filter', () => {
    expect(ids(changeRows(rows, { ticket: ticket('4') }, '-updatedAt', false))).toEqual(['4', '3', '2', '1']);
    expect(changeRows(rows, { ticket: ticket('4') }, '-updatedAt', true)).toBe(rows);
  });

  it('takes out what is gone', () => {
    expect(ids(changeRows(rows, { gone: '2', version: 2 }, '-updatedAt', false))).toEqual(['3', '1']);
    expect(ids(changeRows(rows, { gone: '2', version: 1 }, '-updatedAt', false))).toEqual(['3', '1']);
    expect(changeRows(rows, { gone: '9', version: 1 }, '-updatedAt', false)).toBe(rows);
  });

  it('appends a page without repeating what moved up meanwhile', () => {
    expect(ids(appendRows(rows, [ticket('1'), ticket('5')]))).toEqual(['3', '2', '1', '5']);
  });
});
