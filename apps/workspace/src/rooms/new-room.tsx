import type { Person } from '@concord/client';
import type { Json } from '@concord/protocol';
import { useClient, useMe, useStatus } from '@concord/react';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Icon } from '../components/icons.tsx';
import { personOf } from '../people/person.ts';
import { PersonPicker } from '../people/person-picker.tsx';
import { draftProblems } from '../record/draft.ts';
import { go } from '../routes/location.ts';
import { recordPath } from '../routes/route.ts';
import { failureWords } from '../words/failure-words.ts';
import { singularOf, wordsOf } from '../words/words.ts';
import { kindsToMake, type RoomShape } from './room-shape.ts';

const kindHints: Readonly<Record<string, string>> = {
  public: 'Everybody finds it and may join.',
  private: 'Only who is invited knows of it.',
};

/** Asks for what a room is about, and who is in it from the beginning. */
export function NewRoom({ shape, onClose }: { shape: RoomShape; onClose(): void }): ReactNode {
  const id = useId();
  const { commands } = useClient();
  const me = useMe();
  const isLive = useStatus().phase === 'live';
  const kinds = kindsToMake(shape);
  const [title, setTitle] = useState('');
  const [topic, setTopic] = useState('');
  const [kind, setKind] = useState(kinds[0] ?? '');
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { collection, members } = shape;
  const word = singularOf(collection.name);

  async function create(): Promise<void> {
    if (title.trim() === '') {
      setProblem('A title says what it is about.');
      document.getElementById(`${id}-title`)?.focus();
      return;
    }
    const values = valuesOf();
    const [found] = draftProblems(collection, values).values();
    if (found !== undefined) {
      setProblem(found);
      return;
    }
    setBusy(true);
    const role = members.roles.at(-1) ?? members.roles[0];
    const invited = people.length === 0 ? {} : { [members.name]: Object.fromEntries(people.map((person) => [person.id, role])) };
    const sent = commands.create(collection.name, { ...values, ...invited });
    try {
      sent.kept.catch(() => undefined); // it is said by `done`, too
      await sent.done;
      onClose();
      go(recordPath(collection.name, sent.record));
    } catch (error) {
      void commands.discard(sent.id); // it is asked for anew from here
      setBusy(false);
      setProblem(failureWords(error));
    }
  }

  function valuesOf(): { readonly [field: string]: Json } {
    const said = (field: string | null, value: string): { readonly [field: string]: Json } =>
      field === null || value.trim() === '' ? {} : { [field]: value.trim() };
    return { ...said(shape.title, title), ...said(shape.topic, topic), ...said(shape.kind, kind) };
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    void create(); // its failures are shown
  }

  return (
    <Dialog title={`New ${word}`} testId="new-room" onClose={onClose}>
      <form onSubmit={submit} noValidate className="stack">
        <div className="form-field">
          <label htmlFor={`${id}-title`}>
            {wordsOf(shape.title ?? 'title')} <span className="needed">needed</span>
          </label>
          <input
            id={`${id}-title`}
            className="input"
            autoFocus
            autoComplete="off"
            value={title}
            onChange={({ target }) => setTitle(target.value)}
          />
        </div>
        {shape.topic !== null && (
          <div className="form-field">
            <label htmlFor={`${id}-topic`}>{wordsOf(shape.topic)}</label>
            <input
              id={`${id}-topic`}
              className="input"
              autoComplete="off"
              value={topic}
              onChange={({ target }) => setTopic(target.value)}
            />
          </div>
        )}
        {kinds.length > 0 && (
          <fieldset className="room-kinds">
            <legend className="hidden">{wordsOf(shape.kind ?? 'kind')}</legend>
            {kinds.map((each) => (
              <label key={each} className="room-kind">
                <input type="radio" name={`${id}-kind`} checked={each === kind} onChange={() => setKind(each)} />
                <span>
                  <b>{wordsOf(each)}</b>
                  {kindHints[each] !== undefined && <span className="quiet small">{kindHints[each]}</span>}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        {people.length > 0 && (
          <ul className="picked-people" aria-label="Invited">
            {people.map((person) => (
              <li key={person.id}>
                <button
                  type="button"
                  className="picked-person"
                  title={`Do not invite ${person.name}`}
                  onClick={() => setPeople((before) => before.filter(({ id: user }) => user !== person.id))}
                >
                  <Avatar person={personOf(person.id, person.name)} size="tiny" isDecorative /> {person.name}
                  <span className="hidden">: do not invite</span>
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <PersonPicker
          label="People"
          without={new Set([...(me === undefined ? [] : [me.id]), ...people.map(({ id: user }) => user)])}
          onPick={(person) => setPeople((before) => [...before, person])}
        />
        {problem !== null && (
          <p className="notice notice-bad" role="alert">
            {problem}
          </p>
        )}
        <footer className="dialog-foot">
          {!isLive && <p className="quiet small">There is no connection: it can be made when there is one.</p>}
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={isBusy || !isLive} aria-busy={isBusy}>
            Create
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
