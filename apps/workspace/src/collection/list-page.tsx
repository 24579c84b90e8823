import type { ClientCollection } from '@concord/client';
import { useClient, useCollectionPresence, useCommands } from '@concord/react';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { PageHeading } from '../components/page-heading.tsx';
import { useToast } from '../components/toast.tsx';
import { FilterBar } from '../filter/filter-bar.tsx';
import { NewRecord } from '../record/new-record.tsx';
import { go } from '../routes/location.ts';
import { listPath, recordPath, type ListView } from '../routes/route.ts';
import { countOf, singularOf, wordsOf } from '../words/words.ts';
import { BulkBar } from './bulk-bar.tsx';
import { ColumnChoice } from './column-choice.tsx';
import { ListGrid } from './list-grid.tsx';
import { ListState } from './list-state.tsx';
import { rowsOf } from './pending-rows.ts';
import { selectionAfter, selectionWithin } from './selection.ts';
import { sortAfter, sortStateOf } from './sort-state.ts';
import { titleOf } from './title-field.ts';
import { useColumns } from './use-columns.ts';
import { useKept, useList } from './use-list.ts';
import { useRowHeight } from './use-row-height.ts';
import { visitorsByRecord } from './visitors-by-record.ts';

interface ListPageProps {
  readonly collection: ClientCollection;
  readonly view: ListView;
}

const nothing: ReadonlySet<string> = new Set();

/** All records of a collection that fit, live. */
export function ListPage({ collection, view }: ListPageProps): ReactNode {
  const { name } = collection;
  const { commands } = useClient();
  const { pending } = useCommands();
  const { others } = useCollectionPresence(name);
  const { all, shown, choose } = useColumns(collection);
  const list = useKept(useList(collection, view), name);
  const tell = useToast();
  const rowHeightPx = useRowHeight();
  const [isNew, setNew] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(nothing);
  const lastChosen = useRef<string | null>(null);

  const rows = useMemo(() => rowsOf(list.items, pending, name), [list.items, pending, name]);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const selected = useMemo(() => selectionWithin(chosen, new Set(ids)), [chosen, ids]);
  const visitors = useMemo(() => visitorsByRecord(others), [others]);
  const latestIds = useRef(ids);
  useEffect(() => {
    latestIds.current = ids;
  });

  const say = useCallback((next: Partial<ListView>) => go(listPath(name, { ...view, ...next }), { replace: true }), [name, view]);
  const select = useCallback((id: string, isRange: boolean) => {
    setChosen((before) => selectionAfter(before, latestIds.current, { id, from: lastChosen.current, isRange }));
    lastChosen.current = id;
  }, []);
  const change = useCallback(
    (id: string, field: string, value: unknown) => {
      const sent = commands.update(name, id, { [field]: value });
      // What is refused stays in the list with its reason, until it is tried again or given up.
      sent.kept.catch((error: unknown) => tell({ text: error instanceof Error ? error.message : String(error), isBad: true }));
      sent.done.catch(() => undefined);
    },
    [commands, name, tell],
  );
  const hrefOf = useCallback((id: string) => recordPath(name, id, view), [name, view]);
  const mayChange = useCallback(
    (field: string) => collection.partOf(field).write !== false && collection.may.update !== false,
    [collection],
  );
  const { more } = list;
  const askForMore = useCallback(() => void more().catch(() => undefined), [more]); // the list says that it is offline

  function remove(): void {
    const gone = [...selected];
    for (const id of gone) commands.delete(name, id).done.catch(() => undefined);
    setChosen(nothing);
    const restore = (): void => gone.forEach((id) => void commands.restore(name, id).done.catch(() => undefined));
    tell({ text: `${countOf(gone.length, name)} deleted.`, action: { label: 'Undo', run: restore } });
  }

  function changeAll(field: string, value: unknown): void {
    for (const id of selected) change(id, field, value);
    tell({ text: `${wordsOf(field)} of ${countOf(selected.size, name)} changed.` });
  }

  const unheld = list.hasMore ? Math.max(1, (list.total ?? 0) - list.items.length) : 0;
  const word = singularOf(name);
  return (
    <main className="page list-page" id="main">
      <header className="page-head">
        <PageHeading title={wordsOf(name)} />
        <span className="page-count quiet" data-testid="count">
          {list.total !== undefined && countOf(list.total, name)}
        </span>
        <span className="page-actions">
          <ColumnChoice all={all} shown={shown} choose={choose} />
          {collection.may.create !== false && (
            <button type="button" className="button button-primary" onClick={() => setNew(true)}>
              <Icon name="plus" /> New {word}
            </button>
          )}
        </span>
      </header>
      <FilterBar key={name} collection={collection} filter={view.filter} onChange={(filter) => say({ filter })} />
      {rows.length > 0 && (
        <ListGrid
          key={name}
          label={wordsOf(name)}
          rows={rows}
          unheld={unheld}
          columns={shown}
          sort={sortStateOf(view.sort)}
          selected={selected}
          isBusy={list.phase === 'loading'}
          visitors={visitors}
          rowHeightPx={rowHeightPx}
          titleOf={({ record }) => titleOf(collection, record)}
          hrefOf={hrefOf}
          mayChange={mayChange}
          onSort={(field) => say({ sort: sortAfter(view.sort, field) })}
          onSelect={select}
          onSelectAll={(isAll) => setChosen(isAll ? new Set(ids) : nothing)}
          onOpen={(id) => go(hrefOf(id))}
          onChange={change}
          onMore={askForMore}
        />
      )}
      <ListState
        collection={collection}
        list={list}
        isEmpty={rows.length === 0}
        isFiltered={view.filter !== ''}
        onShowAll={() => say({ filter: '' })}
        onNew={() => setNew(true)}
      />
      {selected.size > 0 && (
        <BulkBar
          collection={collection}
          count={selected.size}
          onChange={changeAll}
          onDelete={remove}
          onClear={() => setChosen(nothing)}
        />
      )}
      {isNew && <NewRecord collection={collection} onClose={() => setNew(false)} />}
    </main>
  );
}
