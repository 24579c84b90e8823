import { ConcordProvider } from '@concord/react';
import { useCallback, useSyncExternalStore, type ReactNode } from 'react';
import { ToastProvider } from './components/toast.tsx';
import { forgetRecent } from './palette/recent.ts';
import { forgetNames } from './people/kept-names.ts';
import { PeopleProvider } from './people/people.tsx';
import type { ClientStore } from './session/client-store.ts';
import type { SessionStore } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { useDemo } from './session/use-demo.ts';
import { Workspace } from './shell/workspace.tsx';

/** The door, the workspace behind it, and while a session has expired the door in front of the workspace. */
export function App({ session, clients }: { session: SessionStore; clients: ClientStore }): ReactNode {
  const { status, session: current } = useSyncExternalStore(session.subscribe, session.get);
  const open = useSyncExternalStore(clients.subscribe, clients.get);
  const { demo, retry } = useDemo();
  const signOut = useCallback(() => {
    forgetRecent();
    const leaving = session.get().session;
    if (leaving !== null) forgetNames(leaving.user);
    void clients.signOut(); // it erases what it can; whoever is next has a storage of their own
  }, [clients, session]);

  return (
    <>
      {open !== null && (
        <div className="behind" inert={status === 'expired'}>
          <ConcordProvider client={open.client}>
            <PeopleProvider
              key={`${open.user.account}/${open.user.id}`}
              user={open.user}
              known={demo.status === 'offered' ? demo.people : noPeople}
            >
              <ToastProvider>
                <Workspace user={open.user} onSignOut={signOut} />
              </ToastProvider>
            </PeopleProvider>
          </ConcordProvider>
        </div>
      )}
      {status !== 'open' && (
        <SignIn
          demo={demo}
          expired={status === 'expired' ? (current?.user ?? null) : null}
          onSignedIn={session.open}
          onRetry={retry}
          onLeave={signOut}
        />
      )}
    </>
  );
}

const noPeople: readonly { readonly id: string; readonly name: string }[] = [];
