import type { Client } from '@concord/client';
import { personOf, type Person } from './person.ts';

/** Who is known by name. Names are asked for together, once each. */
export interface Directory {
  /** Known by name, or by the id until the name has come. The same object until it is another one. */
  of(id: string): Person;
  subscribe(listener: () => void): () => void;
  /** Somebody whose name came by another way, as with their presence. */
  learn(id: string, name: string): void;
}

/** Where names are kept for when they cannot be asked for. */
export interface KeptNames {
  read(): { readonly [id: string]: string };
  write(names: { readonly [id: string]: string }): void;
}

/** As many as one request asks for. */
const mostIds = 50;

export function createDirectory(client: Pick<Client, 'people'>, kept: KeptNames): Directory {
  const listeners = new Set<() => void>();
  const people = new Map<string, Person>();
  const names = { ...kept.read() };
  let isKeeping = false;
  let wanted = new Set<string>();

  function ask(): void {
    const ids = [...wanted].slice(0, mostIds);
    wanted = new Set([...wanted].slice(mostIds));
    if (wanted.size > 0) setTimeout(ask);
    client.people({ ids }).then(
      (found) => found.forEach(({ id, name }) => directory.learn(id, name)),
      // Without a network, or the right to see names, people are called by their ids.
      () => undefined,
    );
  }

  /** Together with what else is learned now. */
  function keep(id: string, name: string): void {
    names[id] = name;
    if (isKeeping) return;
    isKeeping = true;
    setTimeout(() => {
      isKeeping = false;
      kept.write(names);
    });
  }

  const directory: Directory = {
    of(id) {
      const known = people.get(id);
      if (known !== undefined) return known;
      const person = personOf(id, names[id]);
      people.set(id, person);
      // Behind the render that asks: a list wants all of its people at once.
      if (wanted.size === 0) setTimeout(ask);
      wanted.add(id);
      return person;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    learn(id, name) {
      if (people.get(id)?.name === name) return;
      people.set(id, personOf(id, name));
      if (names[id] !== name) keep(id, name);
      for (const listener of listeners) listener();
    },
  };
  return directory;
}
