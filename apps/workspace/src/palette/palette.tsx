import type { ClientCollection } from '@concord/client';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { Icon } from '../components/icons.tsx';
import type { RoomDialog } from '../rooms/room-sections.tsx';
import { useRooms } from '../rooms/rooms-provider.tsx';
import { go } from '../routes/location.ts';
import { listPath, recordPath } from '../routes/route.ts';
import { setTheme, themes } from '../theme/theme.ts';
import { singularOf, wordsOf } from '../words/words.ts';
import { fitting, type Entry } from './entries.ts';
import { recentRecords, type RecentRecord } from './recent.ts';
import { useRecordSearch } from './use-record-search.ts';
import { useTalkEntries } from './use-talk-entries.ts';

interface PaletteProps {
  readonly collections: readonly ClientCollection[];
  onOpen(what: ClientCollection | RoomDialog | 'shortcuts'): void;
  onSignOut(): void;
  onClose(): void;
}

/** Everything that can be reached or done, by typing some of its words. */
export function Palette({ collections, onOpen, onSignOut, onClose }: PaletteProps): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const roomCollection = useRooms().shape?.collection.name;
  const searched = useMemo(() => collections.filter(({ name }) => name !== roomCollection), [collections, roomCollection]);
  const search = useRecordSearch(searched, typed);
  const talk = useTalkEntries(onOpen);

  const commands = useMemo<readonly Entry[]>(
    () => [
      ...collections.map((collection): Entry => ({
        key: `go-${collection.name}`,
        label: wordsOf(collection.name),
        hint: 'Go to',
        icon: 'table',
        run: () => go(listPath(collection.name)),
      })),
      ...collections
        .filter(({ may }) => may.create !== false)
        .map((collection): Entry => ({
          key: `new-${collection.name}`,
          label: `New ${singularOf(collection.name)}`,
          hint: 'Make',
          icon: 'plus',
          also: 'create add',
          run: () => onOpen(collection.name === roomCollection ? 'new-room' : collection),
        })),
      ...themes.map((theme): Entry => ({
        key: `theme-${theme}`,
        label: theme === 'system' ? 'Theme of the system' : `${wordsOf(theme)} theme`,
        hint: 'Appearance',
        icon: theme === 'dark' ? 'moon' : theme === 'light' ? 'sun' : 'screen',
        also: 'colours mode switch',
        run: () => setTheme(theme),
      })),
      {
        key: 'shortcuts',
        label: 'Keys',
        hint: 'Help',
        icon: 'keyboard',
        also: 'keyboard shortcuts help',
        run: () => onOpen('shortcuts'),
      },
      { key: 'sign-out', label: 'Sign out', hint: 'Session', icon: 'leave', also: 'log out leave', run: onSignOut },
    ],
    [collections, roomCollection, onOpen, onSignOut],
  );
  const toEntry = ({ collection, id: record, title }: RecentRecord): Entry => ({
    key: `record-${collection}/${record}`,
    label: title,
    hint: wordsOf(singularOf(collection)),
    icon: 'ticket',
    run: () => go(recordPath(collection, record)),
  });
  const isTyped = typed.trim() !== '';
  const recent = fitting(recentRecords().map(toEntry), typed);
  const found = search.records.map(toEntry).filter(({ key }) => recent.every((entry) => entry.key !== key));
  const groups = [
    { title: isTyped ? 'Records' : 'Recent', entries: isTyped ? [...recent, ...found] : recent },
    { title: 'Rooms and people', entries: fitting(talk, typed) },
    { title: 'Commands', entries: fitting(commands, typed) },
  ].filter(({ entries }) => entries.length > 0);
  const entries = groups.flatMap((group) => group.entries);
  const chosen = Math.min(at, entries.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  function run(entry: Entry | undefined): void {
    if (entry === undefined) return;
    onClose();
    entry.run();
  }

  function press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === 'Enter') run(entries[chosen]);
    else if (step === undefined) return;
    else if (Number.isFinite(step)) setAt((chosen + step + entries.length) % Math.max(1, entries.length));
    else setAt(step < 0 ? 0 : entries.length - 1);
    event.preventDefault();
  }

  const optionId = (key: string): string => `${id}-${key}`;
  return (
    <Dialog title="Commands" className="palette" testId="palette" isBare onClose={onClose}>
      <div className="palette-input">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Search, or type a command"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries[chosen] === undefined ? undefined : optionId(entries[chosen].key)}
          aria-autocomplete="list"
          placeholder="Search, or type a command"
          autoFocus
          spellCheck={false}
          autoComplete="off"
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
        <kbd>Esc</kbd>
      </div>
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label="What fits" className="palette-list">
        {groups.map((group) => (
          <li key={group.title} role="presentation">
            <ul role="group" aria-label={group.title}>
              <li role="presentation" className="palette-group">
                {group.title}
              </li>
              {group.entries.map((entry) => (
                <li
                  key={entry.key}
                  id={optionId(entry.key)}
                  role="option"
                  aria-selected={entry === entries[chosen]}
                  className="palette-entry"
                  onPointerMove={() => setAt(entries.indexOf(entry))}
                  onClick={() => run(entry)}
                >
                  <Icon name={entry.icon} />
                  <span className="clip">{entry.label}</span>
                  <span className="quiet small">{entry.hint}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <p className="palette-foot quiet small" role="status">
        {search.state === 'offline'
          ? 'There is no connection: records are found again when there is one.'
          : entries.length === 0 && search.state !== 'searching'
            ? 'Nothing fits.'
            : ''}
      </p>
    </Dialog>
  );
}
