import { useClient, useSchema } from '@concord/react';
import { useEffect, useState, type ReactNode } from 'react';
import { titleOf } from './title-field.ts';

const known = new WeakMap<object, Map<string, Promise<string | null>>>();

/** What a record of another collection is called; its id until that is known, and where it cannot be. */
export function RecordTitle({ collection, id }: { collection: string; id: string }): ReactNode {
  const client = useClient();
  const schema = useSchema()?.collections.get(collection);
  const [title, setTitle] = useState<string | null>(null);
  useEffect(() => {
    if (schema === undefined) return;
    let isOver = false;
    const titles = known.get(client) ?? new Map<string, Promise<string | null>>();
    known.set(client, titles);
    const key = `${collection}/${id}`;
    const asked = titles.get(key) ?? client.get(collection, id).then((record) => titleOf(schema, record));
    titles.set(key, asked);
    asked.then(
      (found) => isOver || setTitle(found),
      // Asked again by the next one who wants it: it may be readable then.
      () => titles.delete(key),
    );
    return () => {
      isOver = true;
    };
  }, [client, schema, collection, id]);
  return title ?? id;
}
