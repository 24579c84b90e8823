import { useEffect, useId, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Mark } from '../components/icons.tsx';
import { personOf } from '../people/person.ts';
import { refusalWords } from './refusal-words.ts';
import type { Session, User } from './session.ts';
import { SignInRefusal, signInRequest } from './sign-in-request.ts';
import type { Demo, DemoPerson } from './use-demo.ts';
import { useSecondsLeft } from './use-seconds-left.ts';

interface SignInProps {
  readonly demo: Demo;
  /** Whose session has ended, and who goes on by signing in again. */
  readonly expired: User | null;
  onSignedIn(session: Session): void;
  onRetry(): void;
  /** Gives the ended session up. */
  onLeave(): void;
}

/** The door: one of the people of the demo by one click, or anybody with a password. */
export function SignIn({ demo, expired, onSignedIn, onRetry, onLeave }: SignInProps): ReactNode {
  const [busy, setBusy] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [withPassword, setWithPassword] = useState(false);
  const waitSeconds = useSecondsLeft(refusal instanceof SignInRefusal ? refusal.retryAfterSeconds : undefined, refusal);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = 'Sign in · Concord';
    heading.current?.focus();
  }, []);

  async function enter(who: string, ask: () => Promise<Session>): Promise<void> {
    setBusy(who);
    setRefusal(null);
    try {
      onSignedIn(await ask());
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(null);
    }
  }

  const people = demo.status === 'offered' && expired === null ? demo.people : [];
  const showsForm = withPassword || demo.status === 'none' || expired !== null;
  return (
    <main className="door">
      <div className="door-card">
        <p className="brand">
          <Mark /> Concord
        </p>
        <h1 ref={heading} tabIndex={-1}>
          {expired === null ? 'Sign in' : 'Sign in again'}
        </h1>
        {expired !== null && (
          <p className="quiet">
            Your session has ended, {expired.name}. What you have edited since is kept here, and goes on from there.
          </p>
        )}
        {demo.status === 'asking' && expired === null && (
          <p className="quiet" role="status">
            One moment…
          </p>
        )}
        {demo.status === 'unreachable' && (
          <div className="notice" role="status">
            <p>The server cannot be reached.</p>
            <button type="button" className="button" onClick={onRetry}>
              Try again
            </button>
          </div>
        )}
        {people.length > 0 && (
          <ul className="people-choice" aria-label="People of the demo">
            {people.map((person) => (
              <li key={person.id}>
                <PersonChoice
                  person={person}
                  isBusy={busy === person.id}
                  disabled={busy !== null}
                  onChoose={() => void enter(person.id, () => signInRequest<Session>('POST', '/demo', { user: person.id }))}
                />
              </li>
            ))}
          </ul>
        )}
        {people.length > 0 && (
          <p className="quiet small">Open a second window as somebody else, and edit the same record together.</p>
        )}
        {people.length > 0 && !showsForm && (
          <button type="button" className="button button-quiet" onClick={() => setWithPassword(true)}>
            Sign in with a password
          </button>
        )}
        {showsForm && (
          <PasswordForm
            key={expired?.id ?? ''}
            user={expired}
            isBusy={busy === ''}
            disabled={busy !== null || waitSeconds > 0}
            onSubmit={(credentials) => void enter('', () => signInRequest<Session>('POST', '/login', credentials))}
          />
        )}
        {refusal !== null && (
          <p className="notice notice-bad" role="alert" data-testid="sign-in-refusal">
            {refusalWords(refusal, waitSeconds)}
          </p>
        )}
        {expired !== null && (
          <button type="button" className="button button-quiet" onClick={onLeave}>
            Sign in as somebody else
          </button>
        )}
      </div>
    </main>
  );
}

interface PersonChoiceProps {
  readonly person: DemoPerson;
  readonly isBusy: boolean;
  readonly disabled: boolean;
  onChoose(): void;
}

function PersonChoice({ person, isBusy, disabled, onChoose }: PersonChoiceProps): ReactNode {
  return (
    <button
      type="button"
      className="person-choice"
      data-testid={`sign-in-${person.id}`}
      aria-busy={isBusy}
      disabled={disabled}
      onClick={onChoose}
    >
      <Avatar person={personOf(person.id, person.name)} size="large" isDecorative />
      {person.name}
    </button>
  );
}

interface PasswordFormProps {
  readonly user: User | null;
  readonly isBusy: boolean;
  readonly disabled: boolean;
  onSubmit(credentials: { account: string; user: string; password: string }): void;
}

function PasswordForm({ user, isBusy, disabled, onSubmit }: PasswordFormProps): ReactNode {
  const id = useId();
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (name: string): string => String(form.get(name) ?? '');
    onSubmit({ account: read('account').trim(), user: read('user').trim(), password: read('password') });
  }
  const field = (name: string, label: string, props: React.ComponentProps<'input'>): ReactNode => (
    <div className="stack-tight">
      <label htmlFor={`${id}-${name}`}>{label}</label>
      <input id={`${id}-${name}`} name={name} className="input" required {...props} />
    </div>
  );
  return (
    <form className="stack" onSubmit={submit} data-testid="password-form">
      {field('account', 'Account', { defaultValue: user?.account, autoComplete: 'organization', autoCapitalize: 'none' })}
      {field('user', 'User', { defaultValue: user?.id, autoComplete: 'username', autoCapitalize: 'none' })}
      {field('password', 'Password', { type: 'password', autoComplete: 'current-password' })}
      <button type="submit" className="button button-primary" disabled={disabled} aria-busy={isBusy}>
        Sign in
      </button>
    </form>
  );
}
