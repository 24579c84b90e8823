import type {
  ConcordError,
  CorrectedNotice,
  ErrorCode,
  LogRightsNotice,
  ReadOnlyNotice,
  WritableNotice,
} from '@concord/protocol';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { createLedger, type Edit, type Ledger } from './ledger.ts';
import { createCell, createListeners, type Listeners, type Live, type LiveCell } from './live.ts';
import type { DocumentStorage, Tabs } from './storage.ts';

/** Where updates of a replica's document come from that were not made in this tab: their Yjs origin. */
export type ForeignOrigin = { readonly from: 'server' | 'storage' | 'tab' };
const fromServer: ForeignOrigin = { from: 'server' };
const fromStorage: ForeignOrigin = { from: 'storage' };
const fromTab: ForeignOrigin = { from: 'tab' };
const foreign: ReadonlySet<unknown> = new Set([fromServer, fromStorage, fromTab]);

export interface ReplicaState {
  /** `waiting` for a connection; `syncing`: what the server has is on its way. */
  readonly phase: 'waiting' | 'syncing' | 'live' | 'ended';
  /** There is something to show: what the server had once, or what was kept here of that. */
  readonly isLoaded: boolean;
  /** The server takes no edits of this user. Unknown is false. */
  readonly isReadOnly: boolean;
  /** What is edited outlives this tab; false once the storage has failed. */
  readonly isKept: boolean;
  /** Edits made on this device that the server has not acknowledged. */
  readonly unsaved: number;
  /** Why it has `ended`. */
  readonly error?: ConcordError;
  /** Why the server does not take the edits; it may still be read. */
  readonly refusal?: ErrorCode;
}

/** What carries a replica's messages: a channel of the socket, or requests. */
export interface ReplicaLink {
  /** Sends an edit that was made here. Only what is said after the handshake goes by this. */
  sendEdit(update: Uint8Array, edit: Edit): void;
  sendPresence(update: Uint8Array): void;
  /** Begins anew, from the handshake. */
  restart(): void;
  close(): void;
}

export interface ReplicaParts {
  readonly name: string;
  /** Undefined for what is not kept, such as presence. */
  readonly storage: DocumentStorage | undefined;
  readonly tabs: Tabs | undefined;
  /** The storage outlives this tab. */
  readonly isKept: boolean;
}

/**
 * One document on this device: the Yjs document that the page edits, what of it the server has yet to acknowledge, and its
 * copy in the storage. It knows nothing of sockets: a link brings what the server says, and takes what is said here.
 *
 * An edit is in the ledger, in the storage and on its way to the other tabs in the turn in which it was made.
 */
export class Replica {
  readonly name: string;
  readonly doc: Y.Doc = new Y.Doc();
  readonly awareness: Awareness;
  readonly state: Live<ReplicaState>;
  /** What was put right in an edit; on a segment, what the user may do with its log. */
  readonly noticed: Listeners<[CorrectedNotice | LogRightsNotice]> = createListeners();
  readonly #cell: LiveCell<ReplicaState>;
  readonly #ledger: Ledger = createLedger();
  readonly #parts: ReplicaParts;
  readonly #stopListening: (() => void) | undefined;
  readonly #letGo: (() => void) | undefined;
  #link: ReplicaLink | undefined;
  #isClosed = false;
  /** Resolves when what the storage has is in the document. */
  readonly loaded: Promise<unknown>;

  constructor(parts: ReplicaParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#cell = createCell<ReplicaState>(
      { phase: 'waiting', isLoaded: false, isReadOnly: false, isKept: parts.isKept, unsaved: 0 },
      sameState,
    );
    this.state = this.#cell;
    this.awareness = new Awareness(this.doc);
    // Who saves a document in the background is not there.
    this.awareness.setLocalState(null);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => this.#updated(update, origin));
    this.awareness.on('update', (changed: AwarenessChange, origin: unknown) => this.#presenceChanged(changed, origin));
    this.#stopListening = parts.tabs?.onShared((document, update) => {
      if (document === this.name) this.#apply(update, fromTab);
    });
    // Before it is loaded: what another tab leaves unsaved from now on is seen to here.
    this.#letGo = parts.tabs?.hold(this.name);
    this.loaded = this.adopt();
  }

  // --- for the page ---

  /**
   * Takes up what the storage has of the document, with the unsaved edits of tabs that are gone. Answers whether there were
   * some that this tab did not know of: a handshake is needed to send them.
   */
  async adopt(): Promise<boolean> {
    const { storage } = this.#parts;
    if (storage === undefined) return false;
    try {
      const { state, unsaved } = await storage.load(this.name);
      if (this.#isClosed || state === null) return false;
      this.#apply(state, fromStorage);
      const added = unsaved.filter(({ key }) => this.#ledger.add({ key }));
      this.#set({ isLoaded: true, unsaved: this.#ledger.size });
      return added.length > 0;
    } catch {
      this.#storageFailed();
      return false;
    }
  }

  /** From now on `link` carries it, and what did before does not. */
  attach(link: ReplicaLink): void {
    this.#link = link;
  }

  isCarriedBy(link: ReplicaLink): boolean {
    return this.#link === link;
  }

  /** Begins anew after a refusal, or with what was adopted meanwhile. */
  restart(): void {
    const { error: _error, refusal: _refusal, ...state } = this.#cell.get();
    this.#cell.set({ ...state, phase: 'waiting' });
    this.#link?.restart();
  }

  /** Once closed: erases what is kept of it here, with what is unsaved. */
  async forget(): Promise<void> {
    await this.#parts.storage?.erase(this.name);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The others hear that one has left, while there still is a link.
    this.awareness.setLocalState(null);
    this.#link?.close();
    this.#stopListening?.();
    this.#letGo?.();
    this.awareness.destroy();
    this.doc.destroy();
  }

  // --- for the link ---

  get stateVector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  /** The handshake has begun. */
  opening(): void {
    this.#ledger.lost();
    this.#set({ phase: 'syncing' });
  }

  /** What the server lacks, as it says that it has `vector`. All that is unsaved counts as sent with it. */
  missing(vector: Uint8Array): Uint8Array {
    this.#ledger.sent();
    return Y.encodeStateAsUpdate(this.doc, vector);
  }

  /** What this client says of itself to those who have the document open; null where it says nothing. */
  announce(): Uint8Array | null {
    const state = this.awareness.getLocalState();
    if (state === null) return null;
    // A later clock: what was said on an earlier connection has been forgotten with it.
    this.awareness.setLocalState(state);
    return encodeAwarenessUpdate(this.awareness, [this.awareness.clientID]);
  }

  mayWrite(mayWrite: boolean): void {
    this.#set({ isReadOnly: !mayWrite });
  }

  receive(update: Uint8Array): void {
    this.#apply(update, fromServer);
  }

  /** All that the server had is there. */
  synced(): void {
    this.#set({ phase: 'live', isLoaded: true });
  }

  hear(update: Uint8Array): void {
    applyAwarenessUpdate(this.awareness, update, fromServer);
  }

  sent(edit: Edit): void {
    this.#ledger.sent(edit);
  }

  acked(taken: boolean): void {
    const edits = this.#ledger.acked(taken);
    if (!taken) this.refused(this.#cell.get().refusal ?? 'forbidden');
    const keys = edits.flatMap(({ key }) => (key === undefined ? [] : [key]));
    if (keys.length > 0) this.#keep(this.#parts.storage?.settle(this.name, keys));
    this.#set({ unsaved: this.#ledger.size });
  }

  /** The server does not take edits. They stay here. */
  refused(code: ErrorCode): void {
    this.#cell.set({ ...this.#cell.get(), refusal: code, isReadOnly: true });
  }

  /** A notice beside the protocol. What is not understood is of a newer server. */
  notice(text: string): void {
    const notice = JSON.parse(text) as CorrectedNotice | ReadOnlyNotice | WritableNotice | LogRightsNotice;
    if (notice.type === 'read_only') {
      if (notice.code === 'guard_limit' || this.#ledger.size > 0) this.refused(notice.code);
      else this.mayWrite(false);
    } else if (notice.type === 'writable') {
      const { refusal, ...state } = this.#cell.get();
      this.#cell.set({ ...state, isReadOnly: false });
      // What was refused meanwhile has to be sent again.
      if (refusal !== undefined) this.restart();
    } else this.noticed.call(notice);
  }

  /** The connection is gone, and those who were seen by it. */
  lost(): void {
    this.#ledger.lost();
    this.#forgetOthers();
    if (this.#cell.get().phase !== 'ended') this.#set({ phase: 'waiting' });
  }

  /**
   * The server does not let us have the document (any more). What is kept here of it is erased, but for edits that it does
   * not have.
   */
  ended(error: ConcordError): void {
    this.#ledger.lost();
    this.#forgetOthers();
    this.#keep(this.#parts.storage?.erase(this.name, { keepUnsaved: true }));
    this.#cell.set({ ...this.#cell.get(), phase: 'ended', error });
  }

  // --- inside ---

  #set(change: Partial<ReplicaState>): void {
    this.#cell.set({ ...this.#cell.get(), ...change });
  }

  #apply(update: Uint8Array, origin: ForeignOrigin): void {
    Y.applyUpdate(this.doc, update, origin);
  }

  #updated(update: Uint8Array, origin: unknown): void {
    const { storage, tabs } = this.#parts;
    if (origin === fromServer) this.#keep(storage?.append(this.name, update));
    if (foreign.has(origin)) return;
    const edit: Edit = { key: undefined };
    this.#ledger.add(edit);
    if (storage !== undefined) this.#keepEdit(storage, update, edit);
    tabs?.share(this.name, update);
    const { phase } = this.#cell.get();
    this.#set({ unsaved: this.#ledger.size });
    if (phase === 'live' || phase === 'syncing') this.#link?.sendEdit(update, edit);
  }

  #keepEdit(storage: DocumentStorage, update: Uint8Array, edit: Edit): void {
    storage.appendLocal(this.name, update).then(
      (key) => {
        // It may have been acknowledged while it was being written.
        if (this.#ledger.has(edit)) this.#ledger.keep(edit, key);
        else this.#keep(storage.settle(this.name, [key]));
      },
      () => this.#storageFailed(),
    );
  }

  #keep(work: Promise<unknown> | undefined): void {
    work?.catch(() => this.#storageFailed());
  }

  /** What was edited is in memory alone until the server has it. */
  #storageFailed(): void {
    this.#set({ isKept: false });
  }

  #presenceChanged({ added, updated, removed }: AwarenessChange, origin: unknown): void {
    if (origin !== 'local') return;
    const { phase } = this.#cell.get();
    if (phase !== 'live' && phase !== 'syncing') return;
    this.#link?.sendPresence(encodeAwarenessUpdate(this.awareness, [...added, ...updated, ...removed]));
  }

  #forgetOthers(): void {
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.awareness.clientID);
    removeAwarenessStates(this.awareness, others, fromServer);
  }
}

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

function sameState(a: ReplicaState, b: ReplicaState): boolean {
  return (
    a.phase === b.phase &&
    a.isLoaded === b.isLoaded &&
    a.isReadOnly === b.isReadOnly &&
    a.isKept === b.isKept &&
    a.unsaved === b.unsaved &&
    a.error === b.error &&
    a.refusal === b.refusal
  );
}
