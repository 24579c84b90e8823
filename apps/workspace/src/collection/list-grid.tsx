import type { Visitor } from '@concord/client';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import type { Column } from './columns.ts';
import { placeAfter, type Place } from './list-keys.ts';
import { ListRow } from './list-row.tsx';
import type { Row } from './pending-rows.ts';
import type { SortState } from './sort-state.ts';

interface ListGridProps {
  readonly label: string;
  readonly rows: readonly Row[];
  /** Behind the rows that are held there are so many more. */
  readonly unheld: number;
  readonly columns: readonly Column[];
  readonly sort: SortState;
  readonly selected: ReadonlySet<string>;
  readonly isBusy: boolean;
  readonly visitors: ReadonlyMap<string, readonly Visitor[]>;
  readonly rowHeightPx: number;
  readonly titleOf: (row: Row) => string;
  readonly hrefOf: (id: string) => string;
  readonly mayChange: (field: string) => boolean;
  onSort(field: string): void;
  onSelect(id: string, isRange: boolean): void;
  onSelectAll(isAll: boolean): void;
  onOpen(id: string): void;
  onChange(id: string, field: string, value: unknown): void;
  /** The end of what is held comes into sight. */
  onMore(): void;
}

const headHeightPx = 36;
const overscan = 12;

/**
 * The records as a grid: however many there are, only those in sight are in the page. One cell is in the order of tabs; the
 * arrows, Home, End and the page keys move from there, Enter opens, Space selects.
 */
export function ListGrid(props: ListGridProps): ReactNode {
  const { label, rows, unheld, columns, sort, selected, isBusy, visitors, rowHeightPx } = props;
  const { titleOf, hrefOf, mayChange, onSort, onSelect, onSelectAll, onOpen, onChange, onMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<{ readonly id: string | null; readonly column: number }>({ id: null, column: 1 });
  const focusing = useRef(false);
  const indexOf = useMemo(() => new Map(rows.map(({ id }, index) => [id, index])), [rows]);
  const activeRow = (active.id === null ? undefined : indexOf.get(active.id)) ?? 0;
  const count = rows.length + unheld;

  // Nothing is compiled here: what it answers is read anew in each render.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan,
    scrollPaddingStart: headHeightPx,
    // The cell that has the focus stays, wherever the list is scrolled to.
    rangeExtractor: useCallback(
      (range: Range) =>
        [...new Set([activeRow, ...defaultRangeExtractor(range)])].filter((at) => at < count).toSorted((a, b) => a - b),
      [activeRow, count],
    ),
  });
  useEffect(() => virtual.measure(), [virtual, rowHeightPx]);

  const items = virtual.getVirtualItems();
  const lastInSight = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (unheld > 0 && lastInSight >= rows.length - overscan) onMore();
  }, [unheld, lastInSight, rows.length, onMore]);

  useEffect(() => {
    if (!focusing.current) return;
    focusing.current = false;
    focusCell(scroller.current, active.id, active.column);
  });

  const goTo = ({ row, column }: Place): void => {
    const target = rows[Math.min(row, rows.length - 1)];
    if (target === undefined) return;
    focusing.current = true;
    setActive({ id: target.id, column });
    virtual.scrollToIndex(Math.min(row, rows.length - 1));
  };

  function press(event: KeyboardEvent<HTMLDivElement>): void {
    const target = event.target as HTMLElement;
    const cell = target.closest<HTMLElement>('[role=gridcell]');
    const id = cell?.closest<HTMLElement>('[data-record]')?.dataset['record'];
    if (cell === null || id === undefined || event.altKey) return;
    const row = indexOf.get(id) ?? 0;
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') onSelectAll(true);
    else if (event.ctrlKey || event.metaKey) return;
    else if (event.key === 'Escape' && selected.size > 0) onSelectAll(false);
    else if (event.key === 'Enter' && !target.matches('button')) onOpen(id);
    else if (event.key === ' ' && !target.matches('button')) onSelect(id, event.shiftKey);
    else {
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 1);
      const place = { row, column: Number(cell.dataset['column']) };
      const next = placeAfter(event.key, place, { rows: rows.length, columns: columns.length + 1, page });
      if (next === null) return;
      goTo(next);
    }
    event.preventDefault();
  }

  const template = `2.5rem ${columns.map(({ width }) => width).join(' ')}`;
  const isAllSelected = selected.size > 0 && rows.every(({ id }) => selected.has(id));
  return (
    <div
      ref={scroller}
      role="grid"
      className="grid"
      data-testid="list"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-busy={isBusy}
      style={{ '--columns': template, '--row-height': `${rowHeightPx}px` } as React.CSSProperties}
      onKeyDown={press}
      onFocus={(event) => {
        const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-column]');
        const id = cell?.closest<HTMLElement>('[data-record]')?.dataset['record'];
        const column = Number(cell?.dataset['column']);
        if (id !== undefined && (id !== active.id || column !== active.column)) setActive({ id, column });
      }}
    >
      <div role="rowgroup" className="grid-head">
        <div role="row" className="row row-head" aria-rowindex={1}>
          <div role="columnheader" className="cell cell-check" aria-colindex={1}>
            <input
              type="checkbox"
              aria-label="Select all that are shown"
              checked={isAllSelected}
              ref={(box) => {
                if (box !== null) box.indeterminate = selected.size > 0 && !isAllSelected;
              }}
              onChange={() => onSelectAll(!isAllSelected)}
            />
          </div>
          {columns.map(({ name, label: title, isSortable, isNumeric }, at) => {
            const direction = sort.field === name ? sort.direction : null;
            return (
              <div
                key={name}
                role="columnheader"
                className={isNumeric ? 'cell cell-number' : 'cell'}
                aria-colindex={at + 2}
                aria-sort={direction ?? (isSortable ? 'none' : undefined)}
              >
                {isSortable ? (
                  <button type="button" className="sort" onClick={() => onSort(name)}>
                    {title}
                    {direction !== null && <Icon name={direction === 'ascending' ? 'up' : 'down'} />}
                  </button>
                ) : (
                  title
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          const style = { transform: `translateY(${start}px)` };
          return row === undefined ? (
            <div key={`unheld-${index}`} role="row" className="row row-unheld" aria-rowindex={index + 2} style={style}>
              <div role="gridcell" className="cell" aria-label="Loading" />
            </div>
          ) : (
            <ListRow
              key={row.id}
              row={row}
              index={index}
              columns={columns}
              activeColumn={index === activeRow ? active.column : null}
              isSelected={selected.has(row.id)}
              visitors={visitors.get(row.id) ?? nobody}
              title={titleOf(row)}
              href={hrefOf(row.id)}
              style={rowStyle(start)}
              mayChange={mayChange}
              onSelect={onSelect}
              onChange={onChange}
            />
          );
        })}
      </div>
    </div>
  );
}

const nobody: readonly Visitor[] = [];
const styles = new Map<number, React.CSSProperties>();

/** The same object for the same place: a row that stays where it is is not rendered again. */
function rowStyle(start: number): React.CSSProperties {
  const known = styles.get(start);
  if (known !== undefined) return known;
  const style = { transform: `translateY(${start}px)` };
  styles.set(start, style);
  return style;
}

function focusCell(grid: HTMLElement | null, id: string | null, column: number): void {
  const row = id === null ? null : grid?.querySelector(`[data-record="${CSS.escape(id)}"]`);
  const cell = row?.querySelector<HTMLElement>(`[data-column="${column}"]`);
  (cell?.querySelector<HTMLElement>('[data-widget]') ?? cell)?.focus({ preventScroll: true });
}
