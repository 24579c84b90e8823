import { useQuery, useSchema } from '@concord/react';
import type { ComponentProps, ReactNode } from 'react';
import { titleFieldOf, titleOf } from './title-field.ts';

interface RecordSelectProps extends Omit<ComponentProps<'select'>, 'value' | 'onChange'> {
  readonly collection: string;
  /** A record's id; empty for none. */
  readonly value: string;
  onChoose(id: string): void;
}

/** A record of another collection, or none. */
export function RecordSelect(props: RecordSelectProps): ReactNode {
  const schema = useSchema()?.collections.get(props.collection);
  return schema === undefined ? <PlainSelect {...props} options={[]} /> : <Loaded {...props} />;
}

function Loaded(props: RecordSelectProps): ReactNode {
  const schema = useSchema()?.collections.get(props.collection);
  const title = schema === undefined ? null : titleFieldOf(schema);
  const { items } = useQuery(props.collection, title === null ? { limit: 200 } : { sort: title, fields: [title], limit: 200 });
  const options = schema === undefined ? [] : items.map((item) => ({ id: item.id, name: titleOf(schema, item) }));
  return <PlainSelect {...props} options={options} />;
}

interface PlainSelectProps extends RecordSelectProps {
  readonly options: readonly { readonly id: string; readonly name: string }[];
}

function PlainSelect({ collection: _collection, value, onChoose, options, ...rest }: PlainSelectProps): ReactNode {
  return (
    <select className="input" {...rest} value={value} onChange={(event) => onChoose(event.target.value)}>
      <option value="">None</option>
      {value !== '' && options.every(({ id }) => id !== value) && <option value={value}>{value}</option>}
      {options.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
