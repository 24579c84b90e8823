import { useClient, useMe } from '@concord/react';
import { useEffect, useState, type ComponentProps, type ReactNode } from 'react';
import { usePerson } from './people.tsx';

interface PersonSelectProps extends Omit<ComponentProps<'select'>, 'value' | 'onChange'> {
  /** A user's id; empty for nobody. */
  readonly value: string;
  onChoose(id: string): void;
}

const mostPeople = 50;

/** Somebody of the account, or nobody. */
export function PersonSelect({ value, onChoose, ...rest }: PersonSelectProps): ReactNode {
  const client = useClient();
  const me = useMe();
  const [people, setPeople] = useState<readonly { readonly id: string; readonly name: string }[]>([]);
  const chosen = usePerson(value === '' ? (me?.id ?? '') : value);
  useEffect(() => {
    let isOver = false;
    client.people({ query: '', limit: mostPeople }).then(
      (found) => isOver || setPeople(found),
      // Without a network there is oneself, and who is chosen already.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [client]);

  const offered = new Map(
    [...people, ...(me === undefined ? [] : [me]), ...(value === '' ? [] : [chosen])].map((each) => [each.id, each.name]),
  );
  return (
    <select className="input" {...rest} value={value} onChange={(event) => onChoose(event.target.value)}>
      <option value="">Nobody</option>
      {[...offered].map(([id, name]) => (
        <option key={id} value={id}>
          {id === me?.id ? `${name} (me)` : name}
        </option>
      ))}
    </select>
  );
}
