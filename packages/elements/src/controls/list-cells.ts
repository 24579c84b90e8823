import type { LiveList } from '@concord/client';
import type { ScalarSchema } from '@concord/schema';
import { html, nothing, type TemplateResult } from 'lit';
import type { ListTarget } from './list-control.ts';
import { createScalarControl, type Surroundings } from './scalar-control.ts';
import type { Control, Target } from './target.ts';

export type Row = { readonly [column: string]: unknown };

interface Cell {
  readonly control: Control;
  /** Where its row is now, and what it holds. */
  index: number;
  row: Row;
  problem: string | null;
}

/** The controls of a list's cells: each stays with its row, wherever that moves. */
export interface Cells {
  render(key: number, index: number, row: Row, column: ScalarSchema): TemplateResult;
  /** Forgets the cells of all rows but these. */
  keep(keys: ReadonlySet<number>): void;
  revert(): boolean;
  dispose(): void;
}

export function createCells(target: ListTarget, list: LiveList, around: Surroundings): Cells {
  const rows = new Map<number, Map<string, Cell>>();
  const all = () => Array.from(rows.values()).flatMap((cells) => Array.from(cells.values()));

  function cellOf(key: number, index: number, row: Row, column: ScalarSchema): Cell {
    const cells = rows.get(key) ?? new Map<string, Cell>();
    rows.set(key, cells);
    const present = cells.get(column.name);
    if (present !== undefined) return Object.assign(present, { index, row });
    const cell: Cell = {
      control: createScalarControl(
        targetOf(() => cell, key, column),
        { ...around, wraps: false },
      ),
      index,
      row,
      problem: null,
    };
    cells.set(column.name, cell);
    return cell;
  }

  function targetOf(cell: () => Cell, key: number, column: ScalarSchema): Target {
    const id = `${target.id}-${key}-${column.name}`;
    return {
      schema: column,
      id,
      get label() {
        return `${target.columnLabel(column.name)}, ${target.strings.row(cell().index + 1, target.locale)}`;
      },
      labelledBy: undefined,
      get describedBy() {
        return cell().problem === null ? undefined : `${id}-problem`;
      },
      get readOnly() {
        return target.readOnly;
      },
      get problem() {
        return cell().problem;
      },
      get strings() {
        return target.strings;
      },
      get locale() {
        return target.locale;
      },
      optionLabel: (value) => target.optionLabel(value),
      value: () => cell().row[column.name] ?? null,
      rule: (value) => target.rule(list.get().with(cell().index, { ...cell().row, [column.name]: value })),
      write(value) {
        const { index } = cell();
        list.set(index, column.name, value);
        cell().row = list.get()[index] ?? cell().row;
      },
      complain(problem) {
        cell().problem = problem;
        target.update();
      },
      update: () => target.update(),
    };
  }

  function drop(key: number): void {
    for (const { control } of rows.get(key)?.values() ?? []) control.dispose?.();
    rows.delete(key);
  }

  return {
    render(key, index, row, column) {
      const { control, problem } = cellOf(key, index, row, column);
      return html`<td data-label=${target.columnLabel(column.name)}>
        ${control.render()}
        ${
          problem === null
            ? nothing
            : html`<p class="cell-problem" id="${target.id}-${key}-${column.name}-problem">${problem}</p>`
        }
      </td>`;
    },
    keep(keys) {
      for (const key of Array.from(rows.keys())) if (!keys.has(key)) drop(key);
    },
    revert() {
      let some = false;
      for (const cell of all()) {
        some = cell.control.revert() || some;
        cell.problem = null;
      }
      return some;
    },
    dispose() {
      for (const key of Array.from(rows.keys())) drop(key);
    },
  };
}
