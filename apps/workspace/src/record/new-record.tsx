import type { ClientCollection } from '@concord/client';
import { ConcordError } from '@concord/protocol';
import { useClient, useStatus } from '@concord/react';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { titleFieldOf } from '../collection/title-field.ts';
import { Dialog } from '../components/dialog.tsx';
import { useToast } from '../components/toast.tsx';
import { go } from '../routes/location.ts';
import { recordPath } from '../routes/route.ts';
import { sentenceOf } from '../words/sentence.ts';
import { singularOf, wordsOf } from '../words/words.ts';
import { draftProblems, saidValues, valueProblem, type Draft } from './draft.ts';
import { hasInput, ValueInput } from './value-input.tsx';

interface NewRecordProps {
  readonly collection: ClientCollection;
  onClose(): void;
}

/**
 * Asks for what a record needs. With a connection it is made and opened; without one it is kept here, shows in its list, and
 * is made when there is one.
 */
export function NewRecord({ collection, onClose }: NewRecordProps): ReactNode {
  const client = useClient();
  const isLive = useStatus().phase === 'live';
  const tell = useToast();
  const id = useId();
  const [draft, setDraft] = useState<Draft>({});
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const [isBusy, setBusy] = useState(false);
  const word = singularOf(collection.name);
  const title = titleFieldOf(collection);
  const fields = [...collection.fields.values()]
    .filter((field) => hasInput(field) && collection.partOf(field.name).write !== false)
    .toSorted((a, b) => Number(b.name === title) - Number(a.name === title));

  function change(field: string, value: unknown): void {
    setDraft((before) => ({ ...before, [field]: value }));
    const problem = valueProblem(collection, field, value);
    setProblems((before) => {
      const next = new Map([...before].filter(([name]) => name !== field && name !== ''));
      return problem === null ? next : next.set(field, problem);
    });
  }

  async function create(): Promise<void> {
    const values = saidValues(draft);
    const found = draftProblems(collection, values);
    setProblems(found);
    if (found.size > 0) {
      const [first] = found.keys();
      document.getElementById(`${id}-${first}`)?.focus();
      return;
    }
    setBusy(true);
    const sent = client.commands.create(collection.name, values);
    try {
      if (isLive) {
        // It is said here if it is refused; without a connection, in the list.
        sent.kept.catch(() => undefined);
        await sent.done;
        go(recordPath(collection.name, sent.record));
      } else {
        sent.done.catch(() => undefined);
        await sent.kept;
        tell({ text: `The ${word} is kept on this device, and made when there is a connection.` });
      }
      onClose();
    } catch (error) {
      void client.commands.discard(sent.id); // it is asked for anew from here, with what was typed
      setBusy(false);
      const field = error instanceof ConcordError ? (error.field ?? '').split('.')[0] : '';
      const message = error instanceof Error ? error.message : String(error);
      setProblems(new Map([[field !== undefined && collection.fields.has(field) ? field : '', sentenceOf(message)]]));
    }
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    void create(); // its failures are shown
  }

  const general = problems.get('');
  return (
    <Dialog title={`New ${word}`} testId="new-record" onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <div className="form-grid">
          {fields.map((field) => {
            const inputId = `${id}-${field.name}`;
            const problem = problems.get(field.name);
            const isWide = field.name === title || field.kind === 'text' || field.kind === 'set';
            return (
              <div
                key={field.name}
                className={`form-field${isWide ? ' form-wide' : ''}${field.kind === 'boolean' ? ' form-check' : ''}`}
              >
                <label htmlFor={inputId}>
                  {wordsOf(field.name)}
                  {'required' in field && field.required && field.default === null && <span className="needed"> needed</span>}
                </label>
                <ValueInput
                  id={inputId}
                  field={field}
                  value={draft[field.name]}
                  isInvalid={problem !== undefined}
                  describedBy={problem === undefined ? undefined : `${inputId}-problem`}
                  autoFocus={field.name === title}
                  onChange={(value) => change(field.name, value)}
                />
                {problem !== undefined && (
                  <p id={`${inputId}-problem`} className="field-error" role="alert">
                    {problem}
                  </p>
                )}
              </div>
            );
          })}
        </div>
        {general !== undefined && (
          <p className="notice notice-bad" role="alert">
            {general}
          </p>
        )}
        <footer className="dialog-foot">
          {!isLive && <p className="quiet small">There is no connection: it waits on this device.</p>}
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={isBusy} aria-busy={isBusy}>
            Create
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
