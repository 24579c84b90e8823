import type { ReactNode } from 'react';
import type { Api } from './api/api.ts';
import { PeopleProvider } from './session/people.tsx';
import type { SessionStore } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { useDemo } from './session/use-demo.ts';
import { useSession } from './session/use-session.ts';
import { Workspace } from './workspace.tsx';

/** The door, the workspace behind it, and while a session has expired the door in front of the workspace. */
export function App({ api, session }: { api: Api; session: SessionStore }): ReactNode {
  const { status, session: current } = useSession(session);
  const { demo, retry } = useDemo(api);
  const offered = demo.status === 'offered' ? demo.people : [];
  const people = current === null || offered.some(({ id }) => id === current.user.id) ? offered : [...offered, current.user];

  return (
    <PeopleProvider people={people}>
      {current !== null && (
        <div className="workspace-behind" inert={status === 'expired'}>
          <Workspace key={`${current.user.account}/${current.user.id}`} api={api} session={session} user={current.user} />
        </div>
      )}
      {status !== 'open' && <SignIn api={api} session={session} demo={demo} onRetry={retry} />}
    </PeopleProvider>
  );
}
