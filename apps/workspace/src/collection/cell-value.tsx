import type { FieldSchema, Members, RichTextDoc } from '@concord/schema';
import { richTextToPlainText } from '@concord/schema';
import type { ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Icon } from '../components/icons.tsx';
import { RelativeTime } from '../components/relative-time.tsx';
import { holdsPeople } from '../people/person.ts';
import { usePerson } from '../people/people.tsx';
import { dateWords } from '../words/dates.ts';
import { toneOf } from '../words/tone.ts';
import { countOf, numbers, wordsOf } from '../words/words.ts';
import type { Column } from './columns.ts';
import { RecordTitle } from './record-title.tsx';

/** A value as a list shows it, by its kind. */
export function CellValue({ column, value }: { column: Column; value: unknown }): ReactNode {
  if (value === null || value === undefined || value === '') return null;
  const { field, name } = column;
  if (field === undefined) {
    if (name.endsWith('At')) return <RelativeTime at={String(value)} />;
    return name === 'id' ? <code>{String(value)}</code> : <PersonName id={String(value)} />;
  }
  if (holdsPeople(field))
    return typeof value === 'string' ? <PersonName id={value} /> : <People ids={value as readonly string[]} />;
  return <KindValue field={field} value={value} />;
}

function KindValue({ field, value }: { field: FieldSchema; value: unknown }): ReactNode {
  switch (field.kind) {
    case 'enum':
      return <Pill tone={toneOf(field, String(value))}>{wordsOf(String(value))}</Pill>;
    case 'number':
    case 'counter':
      return typeof value === 'number' ? numbers.format(value) : null;
    case 'boolean':
      return value === true ? (
        <span className="cell-yes">
          <Icon name="check" />
          <span className="hidden">Yes</span>
        </span>
      ) : null;
    case 'date':
      return <span className="clip">{dateWords(String(value))}</span>;
    case 'ref':
      return (
        <span className="clip">
          <RecordTitle collection={field.collection} id={String(value)} />
        </span>
      );
    case 'set':
      return (value as readonly string[]).map((member) => (
        <span key={member} className="tag">
          {member}
        </span>
      ));
    case 'members':
      return <People ids={Object.keys(value as Members)} />;
    case 'list': {
      const rows = value as readonly { readonly [column: string]: unknown }[];
      const done = rows.filter((row) => row['done'] === true).length;
      return rows.length === 0 ? null : field.rows.has('done') ? `${done} of ${rows.length}` : countOf(rows.length, field.name);
    }
    case 'richText':
      return <span className="clip">{richTextToPlainText(value as RichTextDoc).slice(0, 200)}</span>;
    case 'json':
      return <code className="clip">{JSON.stringify(value).slice(0, 200)}</code>;
    case 'string':
    case 'text':
      return <span className="clip">{String(value).slice(0, 200)}</span>;
  }
}

export function Pill({ tone, children }: { tone: string; children: ReactNode }): ReactNode {
  return (
    <span className="pill" data-tone={tone}>
      {children}
    </span>
  );
}

function PersonName({ id }: { id: string }): ReactNode {
  const person = usePerson(id);
  return (
    <span className="person-name">
      <Avatar person={person} size="tiny" isDecorative />
      <span className="clip">{person.name}</span>
    </span>
  );
}

function People({ ids }: { ids: readonly string[] }): ReactNode {
  return ids.map((id) => <PersonPicture key={id} id={id} />);
}

function PersonPicture({ id }: { id: string }): ReactNode {
  return <Avatar person={usePerson(id)} size="tiny" />;
}
