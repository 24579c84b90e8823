import type { VisibleCollection } from '@concord/schema';
import { useState, type ReactNode } from 'react';
import { columnsOf } from '../collection/columns.ts';
import { RecordTitle } from '../collection/record-title.tsx';
import { titleFieldOf } from '../collection/title-field.ts';
import { Icon } from '../components/icons.tsx';
import { Popover } from '../components/popover.tsx';
import { usePerson } from '../people/people.tsx';
import { wordsOf } from '../words/words.ts';
import { ChipEditor } from './chip-editor.tsx';
import { chipKindOf, chipsOf, chipWords, withChip, type Chip } from './chips.ts';
import { filterOf, type Condition } from './condition.ts';
import { FilterText } from './filter-text.tsx';
import { readConditions } from './read-conditions.ts';
import { SearchBox } from './search-box.tsx';

interface FilterBarProps {
  readonly collection: VisibleCollection;
  readonly filter: string;
  onChange(filter: string): void;
}

/** What the list is narrowed down to: by chips, one per field, or in the server's own words. */
export function FilterBar({ collection, filter, onChange }: FilterBarProps): ReactNode {
  const [isText, setText] = useState(false);
  /** Chips that say nothing yet. */
  const [added, setAdded] = useState<string | null>(null);
  const conditions = readConditions(collection, filter);
  const title = titleFieldOf(collection);

  if (conditions === null || isText) {
    return (
      <FilterText
        collection={collection}
        filter={filter}
        onChange={onChange}
        onLeave={
          conditions === null
            ? () => {
                onChange('');
                setText(false);
              }
            : () => setText(false)
        }
        leaveLabel={conditions === null ? 'Clear' : 'Back to chips'}
      />
    );
  }

  const say = (next: readonly Condition[]): void => onChange(filterOf(collection, next));
  const change = (chip: Chip): void => say(withChip(conditions, chip));
  const isSearch = ({ field, conditions: [only, ...more] }: Chip): boolean =>
    field === title && more.length === 0 && only?.operator === 'contains';
  const chips = chipsOf(conditions);
  const search = chips.find(isSearch);
  const shown = chips.filter((chip) => chip !== search);
  const empty: Chip[] = added === null || chips.some(({ field }) => field === added) ? [] : [{ field: added, conditions: [] }];
  const open = columnsOf(collection).filter(
    ({ name }) => chipKindOf(collection, name) !== 'none' && !chips.some(({ field }) => field === name),
  );

  return (
    <div className="filters" role="search">
      {title !== null && (
        <SearchBox
          label={`Search by ${wordsOf(title).toLowerCase()}`}
          value={search?.conditions[0]?.values[0] ?? ''}
          onChange={(text) =>
            change({ field: title, conditions: text === '' ? [] : [{ field: title, operator: 'contains', values: [text] }] })
          }
        />
      )}
      {[...shown, ...empty].map((chip) => (
        <FilterChip
          key={chip.field}
          collection={collection}
          chip={chip}
          onChange={(next) => change({ field: chip.field, conditions: next })}
          onRemove={() => {
            setAdded(null);
            change({ field: chip.field, conditions: [] });
          }}
        />
      ))}
      <Popover
        className="button button-quiet button-small"
        button={
          <>
            <Icon name="filter" /> Filter
          </>
        }
        label="Add a filter"
        testId="add-filter"
      >
        {(close) => (
          <ul className="menu-list" aria-label="Fields">
            {open.map(({ name, label }) => (
              <li key={name}>
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    close();
                    setAdded(name);
                  }}
                >
                  {label}
                </button>
              </li>
            ))}
            <li className="menu-line">
              <button
                type="button"
                className="menu-item"
                onClick={() => {
                  close();
                  setText(true);
                }}
              >
                <Icon name="code" /> Write it as text
              </button>
            </li>
          </ul>
        )}
      </Popover>
      {shown.length + empty.length > 0 && (
        <button
          type="button"
          className="button button-quiet button-small"
          onClick={() => {
            setAdded(null);
            say(search?.conditions ?? []);
          }}
        >
          Clear
        </button>
      )}
    </div>
  );
}

interface FilterChipProps {
  readonly collection: VisibleCollection;
  readonly chip: Chip;
  onChange(conditions: readonly Condition[]): void;
  onRemove(): void;
}

function FilterChip({ collection, chip, onChange, onRemove }: FilterChipProps): ReactNode {
  const label = wordsOf(chip.field);
  return (
    <span className="chip" data-testid="chip" data-field={chip.field}>
      <Popover
        className="chip-button"
        button={
          <>
            {label} <ChipValue collection={collection} chip={chip} />
          </>
        }
        label={label}
        openAtFirst={chip.conditions.length === 0}
      >
        {() => <ChipEditor collection={collection} field={chip.field} conditions={chip.conditions} onChange={onChange} />}
      </Popover>
      <button type="button" className="chip-remove" aria-label={`Remove the filter ${label}`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </span>
  );
}

function ChipValue({ collection, chip }: { collection: VisibleCollection; chip: Chip }): ReactNode {
  const kind = chipKindOf(collection, chip.field);
  const [id] = chip.conditions[0]?.values ?? [];
  const field = collection.fields.get(chip.field);
  const isOne = id !== undefined && chip.conditions.length === 1 && chip.conditions[0]?.operator === '=';
  if (chip.conditions.length === 0) return <b>…</b>;
  if (kind === 'ref' && isOne && field?.kind === 'ref')
    return (
      <b>
        <RecordTitle collection={field.collection} id={id} />
      </b>
    );
  if (kind === 'user' && isOne) return <PersonWords id={id} />;
  return <b>{chipWords(collection, chip, (each) => each)}</b>;
}

function PersonWords({ id }: { id: string }): ReactNode {
  return <b>{usePerson(id).name}</b>;
}
