import type { LiveList } from '@concord/client';
import type { ListSchema, ScalarSchema } from '@concord/schema';
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { adoptStyles } from '../base/adopt-styles.ts';
import { createRowKeys, type KeyedRow } from '../format/row-keys.ts';
import { icon } from '../icons.ts';
import { createCells, type Row } from './list-cells.ts';
import { rowStyles } from '../styles/rows.ts';
import type { Surroundings } from './scalar-control.ts';
import type { Control, Target } from './target.ts';

export interface ListTarget extends Target<ListSchema> {
  columnLabel(column: string): string;
  /** Says something to who listens, once. */
  announce(text: string): void;
  /** What comes next is one step to undo. */
  stop(): void;
}

/** Rows of scalars. Each cell is edited by itself, so that what others do to other cells and rows merges. */
export function createListControl(target: ListTarget, list: LiveList, around: Surroundings): Control {
  adoptStyles(around.root, rowStyles);
  const keysOf = createRowKeys<Row>();
  const cells = createCells(target, list, around);
  let rows: readonly KeyedRow<Row>[] = [];

  /** Puts the focus where it belongs once the next rendering is there. */
  function focusLater(find: () => HTMLElement | null | undefined): void {
    queueMicrotask(() => setTimeout(() => find()?.focus()));
  }
  /** A row that is put into another place takes the focus out of it, which is given back. */
  function keepFocus(): void {
    const { activeElement } = around.root;
    if (!(activeElement instanceof HTMLElement) || activeElement.closest('.rows') === null) return;
    queueMicrotask(() => {
      if (activeElement.isConnected && around.root.activeElement === null) activeElement.focus({ preventScroll: true });
    });
  }
  const inRow = (key: number | undefined, what: string) =>
    around.root.querySelector<HTMLElement>(`#${target.id}-rows [data-key='${key}'] ${what}`);

  function add(): void {
    const blank = Object.fromEntries(Array.from(target.schema.rows.values(), blankEntry));
    const rule = target.rule([...list.get(), blank]);
    // A row that has to be filled in first cannot be empty: what it needs is said.
    try {
      list.push(blank);
      target.complain(null);
    } catch (error) {
      target.complain(target.strings.otherProblem(rule ?? (error as Error).message));
      return;
    }
    target.update();
    focusLater(() => inRow(rows.at(-1)?.key, 'input, select, textarea'));
  }

  function remove(index: number): void {
    const next = rows[index + 1] ?? rows[index - 1];
    list.delete(index);
    target.announce(target.strings.rowRemoved(index + 1, target.locale));
    target.update();
    focusLater(() => inRow(next?.key, '.remove') ?? around.root.getElementById(target.id));
  }

  function move(from: number, to: number): void {
    const row = list.get()[from];
    if (row === undefined || to < 0 || to >= list.get().length) return;
    // It is this row that is made anew in another place: what others do to the others meanwhile is not lost.
    target.stop();
    list.delete(from);
    list.insert(to, row);
    target.announce(target.strings.rowMoved(from + 1, to + 1, target.locale));
    target.update();
    const button = to < from ? '.up' : '.down';
    focusLater(() => {
      const wanted = inRow(rows[to]?.key, button);
      return wanted?.getAttribute('aria-disabled') === 'true' ? inRow(rows[to]?.key, to < from ? '.down' : '.up') : wanted;
    });
  }

  const tool = (name: string, shape: 'up' | 'down' | 'trash', label: string, isOff: boolean, act: () => void) =>
    html`<button
      type="button"
      class="icon-button ${name}"
      aria-label=${label}
      title=${label}
      aria-disabled=${isOff ? 'true' : 'false'}
      @click=${() => {
        if (!isOff) act();
      }}
    >
      ${icon(shape)}
    </button>`;

  const rowOf = ({ key, row }: KeyedRow<Row>, index: number) => {
    const { strings, locale } = target;
    return html`<tr data-key=${key} part="row">
      ${Array.from(target.schema.rows.values(), (column) => cells.render(key, index, row, column))}
      ${
        target.readOnly
          ? nothing
          : html`<td class="tools">
              ${tool('up', 'up', strings.moveRowUp(index + 1, locale), index === 0, () => move(index, index - 1))}
              ${tool('down', 'down', strings.moveRowDown(index + 1, locale), index === rows.length - 1, () => move(index, index + 1))}
              ${tool('remove', 'trash', strings.removeRow(index + 1, locale), false, () => remove(index))}
            </td>`
      }
    </tr>`;
  };

  return {
    dispose: () => cells.dispose(),
    revert: () => cells.revert(),
    render() {
      const { strings, readOnly, schema, label } = target;
      keepFocus();
      rows = keysOf(list.get());
      cells.keep(new Set(rows.map(({ key }) => key)));
      const isFull = schema.max !== null && rows.length >= schema.max;
      return html`<div class="rows" part="rows" id="${target.id}-rows" role="group" aria-label=${label}>
        ${
          rows.length === 0
            ? nothing
            : html`<table>
                <colgroup>
                  ${Array.from(schema.rows.values(), ({ kind }, index) => html`<col style=${widths[kind] ?? (index === 0 ? 'width: 42%' : '')} />`)}
                  ${readOnly ? nothing : html`<col class="tools" />`}
                </colgroup>
                <thead>
                  <tr>
                    ${Array.from(schema.rows.keys(), (column) => html`<th scope="col">${target.columnLabel(column)}</th>`)}
                    ${readOnly ? nothing : html`<td class="tools"></td>`}
                  </tr>
                </thead>
                <tbody>
                  ${repeat(rows, ({ key }) => key, rowOf)}
                </tbody>
              </table>`
        }
        ${
          readOnly && rows.length > 0
            ? nothing
            : html`<div class="foot">
                ${
                  readOnly
                    ? nothing
                    : html`<button
                        type="button"
                        class="button quiet"
                        part="button"
                        id=${target.id}
                        ?disabled=${isFull}
                        aria-describedby=${target.describedBy ?? nothing}
                        @click=${add}
                      >
                        ${icon('plus')} ${strings.addRow}
                      </button>`
                }
                ${rows.length === 0 ? html`<span class="empty">${strings.noRows}</span>` : nothing}
              </div>`
        }
      </div>`;
    },
  };
}

/** Columns of words share what is left. */
const widths: Partial<Record<ScalarSchema['kind'], string>> = {
  number: 'width: 5.5rem',
  boolean: 'width: 4.5rem',
  date: 'width: 10.5rem',
  enum: 'width: 8.5rem',
};

/** What a new row holds: defaults, and the least that a column needs. */
function blankEntry(column: ScalarSchema): [string, unknown] {
  if (column.default !== null || !column.required) return [column.name, column.default];
  switch (column.kind) {
    case 'string':
      return [column.name, ''];
    case 'number':
      return [column.name, Math.max(column.min ?? 0, Math.min(0, column.max ?? 0))];
    case 'boolean':
      return [column.name, false];
    case 'enum':
      return [column.name, column.values[0] ?? null];
    case 'date':
      return [column.name, new Date().toISOString().slice(0, 10)];
    case 'json':
      return [column.name, {}];
    case 'ref':
      return [column.name, null];
  }
}
