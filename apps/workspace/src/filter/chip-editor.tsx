import type { EnumSchema, RefSchema, VisibleCollection } from '@concord/schema';
import { useId, useState, type ReactNode } from 'react';
import { RecordSelect } from '../collection/record-select.tsx';
import { PersonSelect } from '../people/person-select.tsx';
import { wordsOf } from '../words/words.ts';
import { chipKindOf, dayBeside } from './chips.ts';
import type { Condition, Operator } from './condition.ts';

interface ChipEditorProps {
  readonly collection: VisibleCollection;
  readonly field: string;
  readonly conditions: readonly Condition[];
  onChange(conditions: readonly Condition[]): void;
}

/** What may be asked of one field, by its kind. */
export function ChipEditor({ collection, field, conditions, onChange }: ChipEditorProps): ReactNode {
  const kind = chipKindOf(collection, field);
  const [only] = conditions;
  const say = (operator: Operator, ...values: string[]): void => onChange([{ field, operator, values }]);
  const value = only?.values[0] ?? '';
  const label = wordsOf(field);
  switch (kind) {
    case 'enum': {
      const { values } = collection.fields.get(field) as EnumSchema;
      return <EnumEditor label={label} values={values} field={field} conditions={conditions} onChange={onChange} />;
    }
    case 'boolean':
      return (
        <Choices
          label={label}
          chosen={[value]}
          options={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          onToggle={(next) => say('=', next)}
        />
      );
    case 'user':
      return <PersonSelect aria-label={label} value={value} onChoose={(id) => (id === '' ? say('is null') : say('=', id))} />;
    case 'ref': {
      const { collection: other } = collection.fields.get(field) as RefSchema;
      const choose = (id: string): void => (id === '' ? say('is null') : say('=', id));
      return <RecordSelect aria-label={label} collection={other} value={value} onChoose={choose} />;
    }
    case 'number':
    case 'date':
      return <RangeEditor label={label} kind={kind} field={field} conditions={conditions} onChange={onChange} />;
    case 'text':
    case 'set':
      return <TextEditor label={label} isSet={kind === 'set'} field={field} conditions={conditions} onChange={onChange} />;
    case 'none':
      return null;
  }
}

interface EditorProps {
  readonly label: string;
  readonly field: string;
  readonly conditions: readonly Condition[];
  onChange(conditions: readonly Condition[]): void;
}

function EnumEditor({
  label,
  values,
  field,
  conditions,
  onChange,
}: EditorProps & { readonly values: readonly string[] }): ReactNode {
  const chosen = conditions.find(({ operator }) => operator === 'in' || operator === '=')?.values ?? [];
  function toggle(value: string): void {
    const next = values.filter((each) => (each === value ? !chosen.includes(value) : chosen.includes(each)));
    onChange(next.length === 0 ? [] : [{ field, operator: next.length === 1 ? '=' : 'in', values: next }]);
  }
  const options = values.map((value) => ({ value, label: wordsOf(value) }));
  return <Choices label={label} chosen={chosen} options={options} areMany onToggle={toggle} />;
}

interface ChoicesProps {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly areMany?: boolean;
  onToggle(value: string): void;
}

function Choices({ label, chosen, options, areMany = false, onToggle }: ChoicesProps): ReactNode {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend className="hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="choice">
          <input
            type={areMany ? 'checkbox' : 'radio'}
            name={name}
            checked={chosen.includes(option.value)}
            onChange={() => onToggle(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

/** From and to, both of them included. */
function RangeEditor({
  label,
  kind,
  field,
  conditions,
  onChange,
}: EditorProps & { readonly kind: 'number' | 'date' }): ReactNode {
  const id = useId();
  const lower = conditions.find(({ operator }) => operator === '>=' || operator === '>')?.values[0] ?? '';
  const upper = conditions.find(({ operator }) => operator === '<=' || operator === '<');
  const upperValue =
    upper === undefined
      ? ''
      : kind === 'date' && upper.operator === '<'
        ? dayBeside(upper.values[0] ?? '', -1)
        : (upper.values[0] ?? '');

  function say(from: string, to: string): void {
    const next: Condition[] = [];
    if (from !== '') next.push({ field, operator: '>=', values: [from] });
    if (to !== '')
      next.push(kind === 'date' ? { field, operator: '<', values: [dayBeside(to, 1)] } : { field, operator: '<=', values: [to] });
    onChange(next);
  }

  const input = (end: 'from' | 'to', value: string): ReactNode => (
    <div className="stack-tight">
      <label htmlFor={`${id}-${end}`}>{end === 'from' ? 'From' : 'To'}</label>
      <input
        id={`${id}-${end}`}
        className="input"
        type={kind}
        step="any"
        value={value.slice(0, kind === 'date' ? 10 : undefined)}
        onChange={({ target }) => (end === 'from' ? say(target.value, upperValue) : say(lower, target.value))}
      />
    </div>
  );
  return (
    <fieldset className="range">
      <legend className="hidden">{label}</legend>
      {input('from', lower)}
      {input('to', upperValue)}
    </fieldset>
  );
}

const textOperators: readonly (readonly [Operator, string])[] = [
  ['contains', 'contains'],
  ['=', 'is'],
  ['!=', 'is not'],
  ['is null', 'is empty'],
  ['is not null', 'is not empty'],
];

function TextEditor({ label, isSet, field, conditions, onChange }: EditorProps & { readonly isSet: boolean }): ReactNode {
  const [only] = conditions;
  const [operator, setOperator] = useState<Operator>(only?.operator ?? 'contains');
  const [text, setText] = useState(only?.values[0] ?? '');
  const needsText = operator !== 'is null' && operator !== 'is not null';

  function say(nextOperator: Operator, nextText: string): void {
    setOperator(nextOperator);
    setText(nextText);
    const isNothing = nextOperator === 'is null' || nextOperator === 'is not null';
    if (isNothing) onChange([{ field, operator: nextOperator, values: [] }]);
    else onChange(nextText === '' ? [] : [{ field, operator: nextOperator, values: [nextText] }]);
  }

  return (
    <div className="stack-tight">
      {!isSet && (
        <select
          className="input"
          aria-label={`How ${label} is compared`}
          value={operator}
          onChange={({ target }) => say(target.value as Operator, text)}
        >
          {textOperators.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
      {needsText && (
        <input
          className="input"
          aria-label={isSet ? `${label} has` : label}
          placeholder={isSet ? 'Has…' : 'Text…'}
          value={text}
          onChange={({ target }) => say(operator, target.value)}
        />
      )}
    </div>
  );
}
