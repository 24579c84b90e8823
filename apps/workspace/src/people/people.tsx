import { useClient } from '@concord/react';
import { createContext, use, useCallback, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import type { User } from '../session/session.ts';
import { createDirectory, type Directory } from './directory.ts';
import { keptNamesOf } from './kept-names.ts';
import type { Person } from './person.ts';

const DirectoryContext = createContext<Directory | null>(null);

interface PeopleProviderProps {
  /** Who looks. */
  readonly user: User;
  /** Whose names are known from the beginning. */
  readonly known: readonly { readonly id: string; readonly name: string }[];
  readonly children: ReactNode;
}

export function PeopleProvider({ user, known, children }: PeopleProviderProps): ReactNode {
  const client = useClient();
  const directory = useMemo(() => createDirectory(client, keptNamesOf(user)), [client, user]);
  useEffect(() => known.forEach(({ id, name }) => directory.learn(id, name)), [directory, known]);
  return <DirectoryContext value={directory}>{children}</DirectoryContext>;
}

function useDirectory(): Directory {
  const directory = use(DirectoryContext);
  if (directory === null) throw new TypeError('There is no <PeopleProvider> above.');
  return directory;
}

/** Several by their ids: rendered again when names have come. `ids` has to be the same array until it is another one. */
export function useNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const directory = useDirectory();
  const get = useCallback(() => JSON.stringify(ids.map((id) => [id, directory.of(id).name])), [directory, ids]);
  const names = useSyncExternalStore(directory.subscribe, get);
  return useMemo(() => new Map(JSON.parse(names) as [string, string][]), [names]);
}

/** Answers what somebody is called, as far as that is known when it is asked. */
export function useNameOf(): (id: string) => string {
  const directory = useDirectory();
  return useCallback((id) => directory.of(id).name, [directory]);
}

/** Somebody by id: rendered again when the name has come. */
export function usePerson(id: string): Person {
  const directory = useDirectory();
  return useSyncExternalStore(
    directory.subscribe,
    useCallback(() => directory.of(id), [directory, id]),
  );
}
