import type { ClientCollection } from '@concord/client';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { Icon } from '../components/icons.tsx';
import { Popover } from '../components/popover.tsx';
import { valueProblem } from '../record/draft.ts';
import { hasInput, ValueInput } from '../record/value-input.tsx';
import { countOf, wordsOf } from '../words/words.ts';

interface BulkBarProps {
  readonly collection: ClientCollection;
  readonly count: number;
  onChange(field: string, value: unknown): void;
  onDelete(): void;
  onClear(): void;
}

/** What can be done with all that is selected. */
export function BulkBar({ collection, count, onChange, onDelete, onClear }: BulkBarProps): ReactNode {
  return (
    <div className="bulk" role="toolbar" aria-label="Selected" data-testid="bulk">
      <span className="bulk-count" role="status">
        {countOf(count, collection.name)} selected
      </span>
      {collection.may.update !== false && (
        <Popover
          className="button button-small"
          button={
            <>
              Change <Icon name="down" />
            </>
          }
          label="Change all that are selected"
          testId="bulk-change"
        >
          {(close) => (
            <BulkChange
              collection={collection}
              onChange={(field, value) => {
                close();
                onChange(field, value);
              }}
            />
          )}
        </Popover>
      )}
      {collection.may.delete !== false && (
        <button type="button" className="button button-small button-bad" onClick={onDelete}>
          <Icon name="trash" /> Delete
        </button>
      )}
      <button type="button" className="button button-small button-quiet" onClick={onClear}>
        Clear
      </button>
    </div>
  );
}

function BulkChange({
  collection,
  onChange,
}: {
  collection: ClientCollection;
  onChange(field: string, value: unknown): void;
}): ReactNode {
  const id = useId();
  const fields = [...collection.fields.values()].filter(
    (field) => hasInput(field) && field.kind !== 'text' && collection.partOf(field.name).write !== false,
  );
  const first = fields.find(({ kind }) => kind === 'enum') ?? fields[0];
  const [name, setName] = useState(first?.name ?? '');
  const [value, setValue] = useState<unknown>();
  const field = collection.fields.get(name);
  const shown = value ?? (field?.kind === 'enum' ? (field.default ?? field.values[0]) : field?.kind === 'boolean' ? false : null);
  const problem = value === undefined ? null : valueProblem(collection, name, value);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (problem === null) onChange(name, shown);
  }

  return (
    <form className="stack" onSubmit={submit}>
      <div className="stack-tight">
        <label htmlFor={`${id}-field`}>Field</label>
        <select
          id={`${id}-field`}
          className="input"
          value={name}
          onChange={({ target }) => {
            setName(target.value);
            setValue(undefined);
          }}
        >
          {fields.map((each) => (
            <option key={each.name} value={each.name}>
              {wordsOf(each.name)}
            </option>
          ))}
        </select>
      </div>
      {field !== undefined && (
        <div className="stack-tight">
          <label htmlFor={`${id}-value`}>New value</label>
          <ValueInput
            key={name}
            id={`${id}-value`}
            field={field}
            value={shown}
            isInvalid={problem !== null}
            describedBy={`${id}-problem`}
            onChange={setValue}
          />
          <p id={`${id}-problem`} className="field-error" role="status">
            {problem}
          </p>
        </div>
      )}
      <button type="submit" className="button button-primary" disabled={problem !== null}>
        Change all
      </button>
    </form>
  );
}
