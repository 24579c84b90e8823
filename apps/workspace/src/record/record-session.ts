import type { FlushAnswer, FlushRequest } from '@concord/protocol';
import { HocuspocusProvider } from '@hocuspocus/provider';
import * as Y from 'yjs';
import { watchNetwork } from '../api/network.ts';
import { initialSaveMachine, saveStateOf, step, type SaveEvent, type SaveState } from '../save-state.ts';
import type { SessionStore } from '../session/session.ts';
import { watchHandshake } from './handshake.ts';
import { visitorsOf, type Visitor } from './presence.ts';
import { codeOf, codeOfClose, recourseOf } from './refusal.ts';

export interface RecordState {
  /** The server's state has come in once: there is something to show. */
  readonly loaded: boolean;
  readonly connected: boolean;
  readonly readOnly: boolean;
  readonly save: SaveState;
  /** Why the server will not have us; a code of the error table, or its own words. */
  readonly refusal: string | null;
  readonly visitors: readonly Visitor[];
}

/** A record open for editing. */
export interface RecordSession {
  readonly provider: HocuspocusProvider;
  /** Its scalar fields. */
  readonly fields: Y.Map<unknown>;
  get(): RecordState;
  subscribe(listener: () => void): () => void;
  /** Tells the others which field has the focus. */
  focus(field: string | null): void;
  /** Ends it here, too, where only the feed has said so. */
  refuse(reason: string): void;
  /** Connects again after a refusal; what was edited here goes along. */
  reopen(): void;
  close(): void;
}

const afterRefusalMs = 2_000;
/** A socket on which nothing has been heard for this long after it was asked for is given up. */
const firstWordMs = 10_000;
/** The close code of the provider itself for a socket that it gave up. */
const hungUp = 4408;

export function openRecord(documentName: string, session: SessionStore): RecordSession {
  const doc = new Y.Doc();
  const listeners = new Set<() => void>();
  const user = session.get().session?.user;
  let save = initialSaveMachine;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let state: RecordState = {
    loaded: false,
    connected: false,
    readOnly: false,
    save: saveStateOf(save),
    refusal: null,
    visitors: [],
  };

  const provider = new HocuspocusProvider({
    url: `${location.origin.replace(/^http/, 'ws')}/sync`,
    name: documentName,
    document: doc,
    token: () => session.get().session?.token ?? '',
  });

  function set(next: Partial<RecordState>): void {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  }

  function advance(event: SaveEvent): void {
    const before = saveStateOf(save);
    const next = step(save, event);
    save = next.machine;
    if (next.flush !== undefined)
      provider.sendStateless(JSON.stringify({ type: 'flush', id: next.flush } satisfies FlushRequest));
    const after = saveStateOf(save);
    if (JSON.stringify(before) !== JSON.stringify(after)) set({ save: after });
  }

  function refuse(reason: string): void {
    const recourse = recourseOf(codeOf(reason));
    if (recourse === 'reconnect') {
      advance({ type: 'lost' });
      set({ connected: false });
      // The provider opens the socket again by itself, and starts over on it.
      retry ??= setTimeout(hangUp, afterRefusalMs);
      return;
    }
    advance({ type: 'refused', reason });
    provider.disconnect();
    // At once: a provider that still waits for its socket to close does not connect again when asked to.
    hangUp();
    set({ refusal: reason, connected: false });
    if (recourse === 'sign-in') session.expire();
  }

  /** As if the socket had closed: on a dead network its own close would wait for an answer. */
  function hangUp(): void {
    clearTimeout(silence);
    clearTimeout(retry);
    retry = undefined;
    const socket = provider.configuration.websocketProvider;
    if (socket.webSocket === null) return;
    socket.onClose({ event: { code: hungUp, reason: '' } });
    provider.onClose();
  }

  provider.awareness?.on('change', () => {
    const visitors = provider.awareness === null ? [] : visitorsOf(provider.awareness);
    // Every move of a caret comes by here; who is on which field changes far less often.
    if (JSON.stringify(visitors) !== JSON.stringify(state.visitors)) set({ visitors });
  });
  if (user !== undefined) provider.setAwarenessField('user', { id: user.id, name: user.name, color: user.color });
  doc.on('update', (_update: Uint8Array, origin: unknown) => {
    if (origin !== provider) advance({ type: 'edited' });
  });
  watchHandshake(provider, () => {
    set({ loaded: true, connected: true, refusal: null });
    advance({ type: 'ready' });
  });
  provider.on('stateless', ({ payload }: { payload: string }) => {
    const id = flushedId(payload);
    if (id !== null) advance({ type: 'flushed', id });
  });
  const stopWatching = watchNetwork({
    onUnreachable: hangUp,
    onBack() {
      if (!state.connected && state.refusal === null) void provider.connect();
    },
  });
  // The provider itself would wait for a connect, or for a first message, without end.
  provider.on('status', ({ status }: { status: string }) => {
    clearTimeout(silence);
    if (status !== 'disconnected') silence = setTimeout(hangUp, firstWordMs);
  });
  provider.on('message', () => clearTimeout(silence));
  provider.on('authenticated', ({ scope }: { scope: string }) => set({ readOnly: scope === 'readonly' }));
  provider.on('authenticationFailed', ({ reason }: { reason: string }) => refuse(reason));
  provider.on('disconnect', () => {
    clearTimeout(retry);
    retry = undefined;
    advance({ type: 'lost' });
    set({ connected: false });
  });
  provider.on('close', ({ event }: { event: { code: number; reason: string } }) => {
    // Either the socket, or only this document on a socket that stays open: then nobody would reconnect.
    const ofDocument = !(event instanceof Event);
    const code = codeOfClose(event);
    set({ connected: false });
    if (recourseOf(code) !== 'reconnect') refuse(code ?? event.reason);
    else if (ofDocument) refuse(event.reason);
  });

  return {
    provider,
    fields: doc.getMap('fields'),
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    focus: (field) => provider.setAwarenessField('field', field),
    refuse,
    reopen() {
      if (state.refusal === null) return;
      set({ refusal: null });
      void provider.connect();
    },
    close() {
      stopWatching();
      clearTimeout(silence);
      clearTimeout(retry);
      listeners.clear();
      provider.destroy();
      doc.destroy();
    },
  };
}

/** The id of a {@link FlushAnswer}, or `null`: other messages on this channel are not ours. */
function flushedId(payload: string): number | null {
  try {
    const message = JSON.parse(payload) as Partial<FlushAnswer> | null;
    return message?.type === 'flushed' && typeof message.id === 'number' ? message.id : null;
  } catch {
    return null;
  }
}
