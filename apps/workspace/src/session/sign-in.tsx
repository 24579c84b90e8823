import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { Refusal, type Api } from '../api/api.ts';
import { Avatar } from '../components/avatar.tsx';
import { Mark } from '../components/icons.tsx';
import { personOf, type Person } from './person.ts';
import type { Session, SessionStore } from './session.ts';
import { sessionOfToken } from './token.ts';
import type { Demo } from './use-demo.ts';

interface DemoSignIn {
  readonly token: string;
  readonly user: { readonly id: string; readonly name: string; readonly account: string; readonly roles: readonly string[] };
}

interface SignInProps {
  readonly api: Api;
  readonly session: SessionStore;
  readonly demo: Demo;
  onRetry(): void;
}

/** The door: one of the demo people, or a token. */
export function SignIn({ api, session, demo, onRetry }: SignInProps): ReactNode {
  const { status, session: last } = session.get();
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState<string | null>(null);

  async function enter(person: Person): Promise<void> {
    setBusy(person.id);
    setFailure(null);
    try {
      const { token, user } = await api.post<DemoSignIn>('/auth/demo', { user: person.id });
      session.open({ token, user: { ...personOf(user.id, user.name, person.color), account: user.account, roles: user.roles } });
    } catch (error) {
      setFailure(error instanceof Refusal ? error.message : 'Signing in did not work.');
      setBusy(null);
    }
  }

  return (
    <div className="door" data-testid="sign-in">
      <div className="door-card">
        <h1 className="brand brand-large">
          <Mark /> Concord
        </h1>
        {status === 'expired' && (
          <p className="notice" role="alert" data-testid="session-expired">
            Your session has ended. Sign in as {last.user.name} to go on where you were; nothing you wrote is lost.
          </p>
        )}
        {failure !== null && (
          <p className="notice notice-bad" role="alert">
            {failure}
          </p>
        )}
        {demo.status === 'asking' && <p className="quiet">One moment…</p>}
        {demo.status === 'unreachable' && (
          <>
            <p className="notice notice-bad" role="alert">
              The server cannot be reached.
            </p>
            <button type="button" className="button" onClick={onRetry}>
              Try again
            </button>
          </>
        )}
        {demo.status === 'offered' && (
          <>
            <p className="quiet">Who are you? This is a demo, any of them will do.</p>
            <ul className="people-choice">
              {demo.people.map((person) => (
                <li key={person.id}>
                  <button
                    type="button"
                    className="person-choice"
                    data-testid={`sign-in-${person.id}`}
                    disabled={busy !== null}
                    onClick={() => void enter(person)}
                  >
                    <Avatar person={person} decorative />
                    {person.name}
                  </button>
                </li>
              ))}
            </ul>
            <p className="quiet small">Open a second window as someone else, and edit the same ticket together.</p>
          </>
        )}
        {demo.status === 'none' && <TokenForm onEnter={(opened) => session.open(opened)} />}
      </div>
    </div>
  );
}

function TokenForm({ onEnter }: { onEnter(session: Session): void }): ReactNode {
  const id = useId();
  const [wrong, setWrong] = useState(false);

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const opened = sessionOfToken(String(new FormData(event.currentTarget).get('token') ?? ''));
    if (opened === null) setWrong(true);
    else onEnter(opened);
  }

  return (
    <form className="stack" onSubmit={submit}>
      <label htmlFor={id}>Access token</label>
      <textarea
        id={id}
        name="token"
        className="input"
        rows={4}
        required
        spellCheck={false}
        autoComplete="off"
        aria-invalid={wrong}
        aria-describedby={`${id}-hint`}
        onChange={() => setWrong(false)}
      />
      <p id={`${id}-hint`} className={wrong ? 'field-error' : 'quiet small'}>
        {wrong ? (
          'This is no token: it should have three parts with dots between them.'
        ) : (
          <>
            Made with <code>concord token</code>, or by whoever runs this server.
          </>
        )}
      </p>
      <button type="submit" className="button button-primary">
        Sign in
      </button>
    </form>
  );
}
