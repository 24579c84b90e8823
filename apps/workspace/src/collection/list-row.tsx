import type { Visitor } from '@concord/client';
import type { EnumSchema } from '@concord/schema';
import { memo, useState, type CSSProperties, type MouseEvent, type ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Icon } from '../components/icons.tsx';
import { Menu } from '../components/menu.tsx';
import { personOf } from '../people/person.ts';
import { Link } from '../routes/link.tsx';
import { toneOf } from '../words/tone.ts';
import { wordsOf } from '../words/words.ts';
import { CellValue, Pill } from './cell-value.tsx';
import type { Column } from './columns.ts';
import type { Row } from './pending-rows.ts';

interface ListRowProps {
  readonly row: Row;
  readonly index: number;
  readonly columns: readonly Column[];
  /** The cell that Tab leads to; null where that is in another row. */
  readonly activeColumn: number | null;
  readonly isSelected: boolean;
  readonly visitors: readonly Visitor[];
  readonly title: string;
  readonly href: string;
  readonly style: CSSProperties;
  readonly mayChange: (field: string) => boolean;
  onSelect(id: string, isRange: boolean): void;
  onChange(id: string, field: string, value: unknown): void;
}

/** One record in the list. Its cells are 0 (the check box), then one per column. */
export const ListRow = memo(function ListRow(props: ListRowProps): ReactNode {
  const { row, index, columns, activeColumn, isSelected, visitors, title, href, style, mayChange, onSelect, onChange } = props;
  const { id, record, command } = row;
  const tab = (column: number): 0 | -1 => (activeColumn === column ? 0 : -1);

  function select(event: MouseEvent): void {
    event.preventDefault();
    onSelect(id, event.shiftKey);
  }

  return (
    <div
      role="row"
      className="row"
      style={style}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-testid="row"
      data-record={id}
      data-state={command?.state}
    >
      <div role="gridcell" className="cell cell-check" data-column={0} aria-colindex={1}>
        <input
          type="checkbox"
          data-widget
          tabIndex={tab(0)}
          checked={isSelected}
          aria-label={`Select ${title}`}
          onClick={select}
          onChange={() => undefined}
        />
      </div>
      {columns.map((column, at) => {
        const { name, field, isTitle, isNumeric, label } = column;
        const value = record[name];
        return (
          <div
            key={name}
            role="gridcell"
            className={`cell${isTitle ? ' cell-title' : ''}${isNumeric ? ' cell-number' : ''}`}
            data-column={at + 1}
            data-field={name}
            data-label={label}
            aria-colindex={at + 2}
            tabIndex={isTitle || (field?.kind === 'enum' && mayChange(name)) ? undefined : tab(at + 1)}
          >
            {isTitle ? (
              <>
                <Link to={href} className="clip" data-widget tabIndex={tab(at + 1)}>
                  {title}
                </Link>
                <RowGlow version={record['version']} />
                <RowState row={row} />
                {visitors.length > 0 && (
                  <span className="row-visitors">
                    {visitors.map(({ key, user }) => (
                      <Avatar key={key} person={personOf(user.id, user.name)} size="tiny" label={`${user.name} is here`} />
                    ))}
                  </span>
                )}
              </>
            ) : field?.kind === 'enum' && mayChange(name) ? (
              <Choice
                field={field}
                value={typeof value === 'string' ? value : null}
                label={`${label} of ${title}`}
                tabIndex={tab(at + 1)}
                onChoose={(next) => onChange(id, name, next)}
              />
            ) : (
              <CellValue column={column} value={value} />
            )}
          </div>
        );
      })}
    </div>
  );
});

/** Shines for a moment when the record has changed while it is shown. */
function RowGlow({ version }: { version: unknown }): ReactNode {
  const [first] = useState(version);
  return version === first ? null : <span key={String(version)} className="row-glow" aria-hidden="true" />;
}

/** What of a row is not at the server yet, or is refused there. */
function RowState({ row: { command } }: { row: Row }): ReactNode {
  if (command === undefined) return null;
  if (command.state === 'failed')
    return (
      <span className="row-state row-state-bad" title={command.error?.message}>
        <Icon name="warning" /> Refused
      </span>
    );
  return (
    <span className="row-state" title="Kept on this device until the server has it">
      <Icon name="clock" /> Waiting
    </span>
  );
}

interface ChoiceProps {
  readonly field: EnumSchema;
  readonly value: string | null;
  readonly label: string;
  readonly tabIndex: number;
  onChoose(value: string | null): void;
}

function Choice({ field, value, label, tabIndex, onChoose }: ChoiceProps): ReactNode {
  const shown = value ?? field.default;
  const pill = (each: string): ReactNode => <Pill tone={toneOf(field, each)}>{wordsOf(each)}</Pill>;
  const choices = field.values.map((each) => ({
    key: each,
    label: pill(each),
    isChosen: each === shown,
    run: () => {
      if (each !== shown) onChoose(each);
    },
  }));
  return (
    <Menu
      className="cell-choice"
      button={shown === null ? <span className="cell-none">–</span> : pill(shown)}
      buttonLabel={`${label}: ${shown === null ? 'none' : wordsOf(shown)}`}
      tabIndex={tabIndex}
      items={choices}
    />
  );
}
