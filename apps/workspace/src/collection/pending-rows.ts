import type { Command } from '@concord/client';

/** A record as a list shows it. */
export interface Row {
  readonly id: string;
  readonly record: RowRecord;
  /** What is on its way, or was refused: the row shows it as if it were done. */
  readonly command?: Command;
}

export interface RowRecord {
  readonly id: string;
  readonly [field: string]: unknown;
}

/**
 * The rows of a list, with what waits on this device: new records come first, those that are deleted are left out, changed
 * ones show the new values. What the server has refused shows as it is, with the refusal.
 */
export function rowsOf(items: readonly RowRecord[], pending: readonly Command[], collection: string): readonly Row[] {
  const commands = new Map<string, Command[]>();
  for (const command of pending) {
    if (command.collection !== collection || command.log !== undefined) continue;
    commands.set(command.record, [...(commands.get(command.record) ?? []), command]);
  }
  if (commands.size === 0) return items.map(rowOf);
  const listed = new Set(items.map(({ id }) => id));
  const made = [...commands.values()].flatMap((all) => {
    const [first] = all;
    return first?.operation === 'create' && !listed.has(first.record) ? [withCommands({ id: first.record }, all)] : [];
  });
  const rows = items.map((item) => withCommands(item, commands.get(item.id) ?? []));
  return [...made.toReversed(), ...rows].filter(({ command }) => command?.operation !== 'delete' || command.state === 'failed');
}

/** Rows of records that have not changed stay the same objects, so that they are not rendered again. */
const plain = new WeakMap<RowRecord, Row>();

function rowOf(record: RowRecord): Row {
  const known = plain.get(record);
  if (known !== undefined) return known;
  const row = { id: record.id, record };
  plain.set(record, row);
  return row;
}

function withCommands(item: RowRecord, commands: readonly Command[]): Row {
  const last = commands.at(-1);
  if (last === undefined) return rowOf(item);
  let record = item;
  for (const { values, state, operation } of commands)
    if (state === 'waiting' || operation === 'create') record = { ...record, ...values, id: item.id };
  return { id: item.id, record, command: commands.find(({ state }) => state === 'failed') ?? last };
}
