import type { ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { Popover } from '../components/popover.tsx';
import type { Column } from './columns.ts';

interface ColumnChoiceProps {
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
  choose(names: readonly string[] | null): void;
}

export function ColumnChoice({ all, shown, choose }: ColumnChoiceProps): ReactNode {
  const names = new Set(shown.map(({ name }) => name));
  function toggle(name: string): void {
    const next = new Set(names);
    if (!next.delete(name)) next.add(name);
    choose([...next]);
  }
  return (
    <Popover
      className="button button-quiet button-small"
      align="end"
      button={
        <>
          <Icon name="columns" /> <span className="wide-only">Columns</span>
        </>
      }
      buttonLabel="Columns"
      label="Columns"
    >
      {() => (
        <fieldset className="choices">
          <legend className="hidden">Columns</legend>
          {all.map(({ name, label, isTitle }) => (
            <label key={name} className="choice">
              <input type="checkbox" checked={names.has(name)} disabled={isTitle} onChange={() => toggle(name)} />
              {label}
            </label>
          ))}
          <button type="button" className="menu-item" onClick={() => choose(null)}>
            As usual
          </button>
        </fieldset>
      )}
    </Popover>
  );
}
