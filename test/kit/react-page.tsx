import { createClient, type Client, type LiveRecord } from '@concord/client';
import { ConcordProvider, createHooks } from '@concord/react';
import { Component, StrictMode, Suspense, useEffect, useState, type ReactNode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import type config from './concord.config.ts';

const { useChanges, useClient, useCollectionPresence, useCommands, useField, useHistory, useMe } = createHooks<typeof config>();
const { usePresence, useQuery, useRecord, useSaveState, useSchema, useStatus, useValues } = createHooks<typeof config>();

/** What a test looks at: renders by component, and what was opened and closed. */
const log = { renders: {} as Record<string, number>, opened: 0, closed: 0, changes: [] as string[] };
const rendered = (name: string): void => void (log.renders[name] = (log.renders[name] ?? 0) + 1);

type Ticket = LiveRecord<typeof config, 'tickets'>;

function Title({ ticket }: { ticket: Ticket }): ReactNode {
  rendered('title');
  const { value, set, problem, mayWrite } = useField(ticket, 'title');
  return (
    <input
      aria-label="Title"
      readOnly={!mayWrite}
      value={value ?? ''}
      onChange={({ target }) => problem(target.value) === null && set(target.value)}
    />
  );
}

function Estimate({ ticket }: { ticket: Ticket }): ReactNode {
  rendered('estimate');
  const { value, set, problem } = useField(ticket, 'estimate');
  return (
    <button aria-label="Estimate" title={problem(-1) ?? ''} onClick={() => set((value ?? 0) + 1)}>
      {value ?? 'none'}
    </button>
  );
}

function Here({ ticket }: { ticket: Ticket }): ReactNode {
  rendered('here');
  return (
    <p aria-label="Here">
      {usePresence(ticket)
        .map(({ user }) => user.id)
        .join()}
    </p>
  );
}

function OnTitle({ ticket }: { ticket: Ticket }): ReactNode {
  rendered('on-title');
  return (
    <p aria-label="There">
      {usePresence(ticket, 'title')
        .map(({ user }) => user.id)
        .join()}
    </p>
  );
}

function State({ ticket }: { ticket: Ticket }): ReactNode {
  rendered('state');
  const { canUndo, undo } = useHistory(ticket);
  return (
    <p aria-label="State">
      {useStatus(ticket).phase} {useSaveState(ticket).kind} {useValues(ticket)?.title ?? '–'}
      <button onClick={undo} disabled={!canUndo}>
        Undo
      </button>
    </p>
  );
}

function TicketView({ id, suspense = false }: { id: string; suspense?: boolean }): ReactNode {
  const ticket = useRecord('tickets', id, { suspense });
  return (
    <section aria-label={`Ticket ${id}`}>
      <Title ticket={ticket} />
      <Estimate ticket={ticket} />
      <Here ticket={ticket} />
      <OnTitle ticket={ticket} />
      <State ticket={ticket} />
    </section>
  );
}

function Overview(): ReactNode {
  rendered('overview');
  const { items, phase } = useQuery('tickets', { filter: "status = 'open'", sort: 'title', fields: ['title'] });
  const { others } = useCollectionPresence('tickets');
  const { pending, create } = useCommands();
  useChanges({ collections: ['tickets'] }, (change) => void log.changes.push(change.type));
  return (
    <section aria-label="Overview">
      <p aria-label="Connection">{useStatus().phase}</p>
      <p aria-label="Me">{useMe()?.id ?? 'nobody'}</p>
      <p aria-label="Collections">{[...(useSchema()?.collections.keys() ?? [])].join()}</p>
      <p aria-label="Others">{others.map(({ user, record }) => `${user.id}@${record}`).join()}</p>
      <p aria-label="Pending">{pending.length}</p>
      <ul aria-label={`Tickets ${phase}`}>
        {items.map((ticket) => (
          <li key={ticket.id}>{ticket.title}</li>
        ))}
      </ul>
      <button onClick={() => void create('tickets', { title: 'Made here' }).done}>Create</button>
    </section>
  );
}

class Boundary extends Component<{ readonly children: ReactNode }, { readonly code: string | null }> {
  override state: { readonly code: string | null } = { code: null };
  static getDerivedStateFromError(error: { readonly code?: string; readonly message: string }): { code: string } {
    return { code: error.code ?? error.message };
  }
  override render(): ReactNode {
    return this.state.code === null ? this.props.children : <p role="alert">{this.state.code}</p>;
  }
}

function Page({ ids, suspense, overview }: Shown): ReactNode {
  const [shown, show] = useState({ ids, overview });
  useEffect(() => {
    window.showPage = show;
  }, []);
  useClient();
  return (
    <Boundary>
      {shown.overview && <Overview />}
      <Suspense fallback={<p>Waiting</p>}>
        {shown.ids.map((id) => (
          <TicketView key={id} id={id} suspense={suspense} />
        ))}
      </Suspense>
    </Boundary>
  );
}

export interface Shown {
  readonly ids: readonly string[];
  readonly suspense: boolean;
  readonly overview: boolean;
}

/** A client that counts what is opened. */
function countedClient(url: string, token: string): Client<typeof config> {
  const client = createClient<typeof config>({ url, token, storage: 'memory' });
  const counted = <T extends { close(): void }>(opened: T): T => {
    log.opened += 1;
    return Object.create(opened, {
      close: {
        value: () => {
          log.closed += 1;
          opened.close();
        },
      },
    }) as T;
  };
  return Object.create(client, {
    record: { value: (...named: Parameters<typeof client.record>) => counted(client.record(...named)) },
    query: { value: (...asked: Parameters<typeof client.query>) => counted(client.query(...asked)) },
    presence: { value: (...of: Parameters<typeof client.presence>) => counted(client.presence(...of)) },
  }) as Client<typeof config>;
}

let root: Root | undefined;

const page = {
  log,
  start(url: string, token: string, shown: Shown, html?: string): void {
    const container = document.body.appendChild(document.createElement('main'));
    const tree = (
      <StrictMode>
        <ConcordProvider client={countedClient(url, token)}>
          <Page {...shown} />
        </ConcordProvider>
      </StrictMode>
    );
    if (html === undefined) {
      root = createRoot(container);
      root.render(tree);
    } else {
      container.innerHTML = html;
      root = hydrateRoot(container, tree, { onRecoverableError: (error) => log.changes.push(String(error)) });
    }
  },
  stop: () => root?.unmount(),
};

declare global {
  interface Window {
    page: typeof page;
    showPage(shown: { readonly ids: readonly string[]; readonly overview: boolean }): void;
  }
}

if (typeof window !== 'undefined') window.page = page;

/** The same tree for a server, which has no page. */
export function serverTree(client: Client<typeof config>, shown: Shown): ReactNode {
  return (
    <StrictMode>
      <ConcordProvider client={client}>
        <Page {...shown} />
      </ConcordProvider>
    </StrictMode>
  );
}
