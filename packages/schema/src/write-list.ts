import type { Json } from '@concord/protocol';
import * as Y from 'yjs';
import { align, applyAlignment, createInterner } from './align.ts';
import { canonicalJson, jsonEqual } from './json-value.ts';
import { readRow, readRows } from './read.ts';
import { writeScalar } from './scalar.ts';
import type { Fields, ListSchema } from './schema.ts';

/**
 * Turns a list into `wanted`: rows that are the same stay, rows that are alike are edited field by field, so
 * that an edit by somebody else to another field of the row survives, and only the rest comes and goes.
 */
export function writeList(field: ListSchema, array: Y.Array<unknown>, wanted: readonly Fields[]): void {
  removeStrangers(array);
  const rows = readRows(array);
  const present = rows.map((row) => readRow(field, row));
  const idOf = createInterner();
  const oldIds = present.map((row) => idOf(canonicalJson(row)));
  const newIds = wanted.map((row) => idOf(canonicalJson(row)));
  const likeness = (i: number, j: number): number => 1 + 2 * equalValues(field, present[i] ?? {}, wanted[j] ?? {});
  applyAlignment(present.length, wanted.length, align(oldIds, newIds, likeness), {
    replace: (start, count, newStart, newEnd) => {
      if (count > 0) array.delete(start, count);
      if (newEnd > newStart)
        array.insert(
          start,
          wanted.slice(newStart, newEnd).map((values) => createRow(field, values)),
        );
    },
    edit: (i, j) => {
      const row = rows[i];
      if (row !== undefined && oldIds[i] !== newIds[j]) writeRow(field, row, present[i] ?? {}, wanted[j] ?? {});
    },
  });
}

/** What is no row shows in no view, and would shift the indexes. */
function removeStrangers(array: Y.Array<unknown>): void {
  const items = array.toArray();
  for (let index = items.length - 1; index >= 0; index -= 1) if (!(items[index] instanceof Y.Map)) array.delete(index, 1);
}

function createRow(field: ListSchema, values: Fields): Y.Map<unknown> {
  const entries: [string, Json][] = [];
  for (const name of field.rows.keys()) {
    const value = values[name] ?? null;
    if (value !== null) entries.push([name, value]);
  }
  return new Y.Map<unknown>(entries);
}

function writeRow(field: ListSchema, row: Y.Map<unknown>, present: Fields, values: Fields): void {
  for (const [name, column] of field.rows) {
    const value = values[name] ?? null;
    if (!jsonEqual(present[name], value)) writeScalar(row, column, value);
  }
}

/** Two nulls say nothing about whether two rows are the same one. */
function equalValues(field: ListSchema, a: Fields, b: Fields): number {
  let count = 0;
  for (const name of field.rows.keys()) if ((a[name] ?? null) !== null && jsonEqual(a[name], b[name])) count += 1;
  return count;
}
