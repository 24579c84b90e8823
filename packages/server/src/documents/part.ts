import * as Y from 'yjs';
import { ConcordError, type Correction, type PartAddress } from '@concord/protocol';
import type { Transaction } from '@concord/store';
import type { ClientIds } from './client-ids.ts';
import type { Guard } from './guard.ts';
import type { LiveRecord } from './live-record.ts';
import { DocumentSize } from './document-size.ts';
import { encodeEntry, encodeMark, encodeSnapshot, type DirtyMark, type JournalUpdate } from './journal-codec.ts';
import { journalScope, markKey, snapshotKey } from './keys.ts';
import { Presence, type AnnouncedIds } from './presence.ts';

/** What a part needs of the Hocuspocus document that carries it. */
export interface LiveDocument extends Y.Doc {
  readonly name: string;
  /** Sends the updates that were applied since the last call, merged into one frame. */
  flush(): unknown;
}

/** What a load found on disk. */
export interface StoredPart {
  readonly mark: DirtyMark | undefined;
  readonly clientIds: ClientIds;
  readonly seq: number;
  readonly snapshotThrough: number;
  readonly storedBytes: number;
  readonly tailBytes: number;
  /** The whole state as one update, where that is what was found. */
  readonly state: Uint8Array | undefined;
}

/** What becomes of a part's edits. */
export interface PartOwner {
  readonly announced: AnnouncedIds;
  /** The first edit since the last seal has arrived: the part wants a commit. */
  wantsCommit(part: Part): void;
  /** An edit has arrived; the part's view may have changed. `decides`: in a field that decides on who may read it. */
  edited(part: Part, decides: boolean): void;
}

/**
 * A loaded part: a Yjs document together with its place in the journal.
 *
 * Edits are applied at once and written when the next group is put together ({@link Part.seal}): one
 * journal entry, one broadcast frame and one dirty mark for all that came in since the last.
 */
export class Part {
  readonly address: PartAddress;
  readonly document: LiveDocument;
  readonly scope: string;
  readonly presence: Presence;
  readonly record: LiveRecord;
  readonly size: DocumentSize;
  /** The newest commit that this part takes part in: its frames wait for that one (J7). */
  ticket = 0;

  readonly #owner: PartOwner;
  readonly #now: () => number;
  readonly #guard: Guard;
  readonly #clientIds: ClientIds;
  /** Whose edit came last. */
  #author = 'system';
  #pending: JournalUpdate[] = [];
  #abandoned = false;
  /** Set while a commit that will seal this part waits for its group. */
  #queued = false;
  /** Set while a request's edit is made, whose caller publishes it. */
  #writing = false;
  #decides = false;
  #mark: DirtyMark | undefined;
  #seq: number;
  #snapshotThrough: number;
  #snapshotBytes: number;
  #tailBytes: number;
  /** The whole state as last encoded, while nothing has changed and memory is not needed elsewhere. */
  #whole: WeakRef<Uint8Array> | undefined;

  constructor(
    address: PartAddress,
    document: LiveDocument,
    record: LiveRecord,
    stored: StoredPart,
    owner: PartOwner,
    guard: Guard,
    now: () => number,
  ) {
    this.address = address;
    this.document = document;
    this.scope = journalScope(document.name);
    this.record = record;
    this.#mark = stored.mark;
    this.#seq = stored.seq;
    this.#snapshotThrough = stored.snapshotThrough;
    this.#snapshotBytes = stored.storedBytes - stored.tailBytes;
    this.#tailBytes = stored.tailBytes;
    this.#whole = stored.state && new WeakRef(stored.state);
    this.#owner = owner;
    this.#guard = guard;
    this.#clientIds = stored.clientIds;
    this.presence = new Presence(document.name, owner.announced, (client) => stored.clientIds.ownerOf(client));
    this.#now = now;
    this.size = new DocumentSize(stored.storedBytes, now);
  }

  get name(): string {
    return this.document.name;
  }

  /** What memory holds of it is not what is on disk: it may not be written to any more (J3). */
  get isAbandoned(): boolean {
    return this.#abandoned;
  }

  /** What was journaled and not yet derived into the view, or waits to be journaled. */
  get isDirty(): boolean {
    return this.#mark !== undefined || this.#pending.length > 0;
  }

  get mark(): DirtyMark | undefined {
    return this.#mark;
  }

  /** The position of the newest entry. */
  get seq(): number {
    return this.#seq;
  }

  get snapshotThrough(): number {
    return this.#snapshotThrough;
  }

  /** Entries behind the snapshot. */
  get tailEntries(): number {
    return this.#seq - this.#snapshotThrough;
  }

  get tailBytes(): number {
    return this.#tailBytes;
  }

  get snapshotBytes(): number {
    return this.#snapshotBytes;
  }

  /**
   * Applies an update that a client sent. `origin` is the Yjs origin, from which {@link Part.note} learns
   * the author. Answers what the schema guard has put right in it.
   *
   * @throws `record_deleted` when the record has been deleted meanwhile, `client_id_conflict` when one of
   *   `clients`, under whose ids it has new structs, belongs to somebody else (R4).
   */
  receive(update: Uint8Array, origin: unknown, actor: string, clients: ReadonlySet<number>): readonly Correction[] {
    if (this.record.closed !== undefined) throw new ConcordError(this.record.closed);
    this.#clientIds.claim(clients, actor, (client) => this.#owner.announced.userOf(this.name, client));
    const store = this.document.store;
    const structs = store.pendingStructs?.update;
    const deletions = store.pendingDs;
    let corrections: readonly Correction[] = [];
    // R1: corrected within the transaction that applies it, the update leaves as one in which nothing bad shows.
    this.document.transact((transaction) => {
      Y.applyUpdate(this.document, update, origin);
      // What had waited for this update may have come with it, whoever wrote it.
      corrections = this.#guard.correct(transaction, structs === undefined ? clients : store.clients.keys());
    }, origin);
    // J6: an update whose dependencies are missing raises no `update` event. Yjs keeps it aside, so do we.
    const pendingStructs = store.pendingStructs?.update;
    if (
      (pendingStructs !== undefined && pendingStructs !== structs) ||
      (store.pendingDs !== null && store.pendingDs !== deletions)
    ) {
      this.note(update, actor);
    }
    return corrections;
  }

  /**
   * What a replica with that state vector lacks. Newcomers, who have nothing, share one encoding.
   *
   * Throws what lib0 throws where the state vector cannot be read.
   */
  encodeMissing(stateVector: Uint8Array): Uint8Array {
    if (!isEmpty(stateVector)) return Y.encodeStateAsUpdate(this.document, stateVector);
    let whole = this.#whole?.deref();
    if (whole === undefined) {
      whole = Y.encodeStateAsUpdate(this.document);
      this.#whole = new WeakRef(whole);
    }
    return whole;
  }

  /** After a store failure. Another copy may be loaded from now on, and only that one counts (J5). */
  abandon(): void {
    this.#abandoned = true;
  }

  /**
   * Takes note of an update that the document has applied. Without an actor it is Yjs's own, which belongs to
   * the edit that it follows at once.
   */
  note(update: Uint8Array, actor: string = this.#author): void {
    this.#author = actor;
    this.#whole = undefined;
    this.#pending.push({ actor, update });
    this.size.grew(update.byteLength);
    if (!this.#queued) {
      this.#queued = true;
      this.#owner.wantsCommit(this);
    }
    if (!this.#writing) this.#owner.edited(this, this.#decides);
    this.#decides = false;
  }

  /** In front of {@link Part.note}: the update changes what policies read. */
  noteDecision(): void {
    this.#decides = true;
  }

  /**
   * Within a commit's build: writes what is pending as one journal entry with its dirty mark, and has the
   * document make the broadcast frame of exactly these updates. The frame is held until this commit is
   * durable.
   */
  seal(tx: Transaction): void {
    this.#queued = false;
    if (this.#pending.length === 0) return;
    this.document.flush();
    const updates = this.#pending;
    this.#pending = [];
    const entry = encodeEntry({ at: this.#now(), updates });
    this.#seq = tx.append(this.scope, entry);
    this.#tailBytes += entry.byteLength;
    const actors = new Set(this.#mark?.actors);
    for (const { actor } of updates) actors.add(actor);
    this.#mark = { first: this.#mark?.first ?? this.#seq, last: this.#seq, actors: [...actors] };
    tx.put(markKey(this.name), encodeMark(this.#mark));
    this.#clientIds.write(tx);
  }

  /**
   * Within a commit's build: runs `edit` on the document as `actor` and writes it in this same commit.
   */
  write(tx: Transaction, actor: string, edit: () => void): void {
    this.#queued = true;
    this.#writing = true;
    try {
      this.document.transact(edit, { source: 'local', context: { actor } });
    } finally {
      this.#writing = false;
    }
    this.seal(tx);
  }

  /** Within a commit's build, behind {@link Part.seal}: the view now holds everything sealed so far (J8). */
  clearMark(tx: Transaction): void {
    if (this.#mark === undefined) return;
    tx.delete(markKey(this.name));
    this.#mark = undefined;
  }

  /**
   * Within a commit's build: `state` stands for the entries up to `through`, which are removed (J4). Does
   * nothing where the part has been erased, or compacted further, since `state` was put together.
   */
  compact(tx: Transaction, state: Uint8Array, through: number): void {
    if (through <= this.#snapshotThrough) return;
    for (let seq = this.#snapshotThrough + 1; seq <= through; seq++) tx.remove(this.scope, seq);
    const snapshot = encodeSnapshot({ through, state });
    tx.put(snapshotKey(this.name), snapshot);
    // Exact when everything is compacted; else an estimate until the next time, good enough for a threshold.
    this.#tailBytes = through === this.#seq ? 0 : Math.round((this.#tailBytes * (this.#seq - through)) / this.tailEntries);
    this.#snapshotThrough = through;
    this.#snapshotBytes = snapshot.byteLength;
    this.size.became(this.#snapshotBytes + this.#tailBytes + bytesOf(this.#pending));
  }

  /**
   * Within a commit's build: removes all that is stored of this part. An empty snapshot stays, as the journal's
   * numbers go on where they were. What memory holds goes with the unload.
   */
  erase(tx: Transaction): void {
    for (let seq = this.#snapshotThrough + 1; seq <= this.#seq; seq++) tx.remove(this.scope, seq);
    const snapshot = encodeSnapshot({ through: this.#seq, state: emptyState });
    tx.put(snapshotKey(this.name), snapshot);
    this.clearMark(tx);
    this.#clientIds.erase(tx);
    this.#pending = [];
    this.#whole = undefined;
    this.#snapshotThrough = this.#seq;
    this.#snapshotBytes = snapshot.byteLength;
    this.#tailBytes = 0;
    this.size.became(snapshot.byteLength);
  }
}

function bytesOf(updates: readonly JournalUpdate[]): number {
  return updates.reduce((sum, { update }) => sum + update.byteLength, 0);
}

/** What an update of an empty document is: no structs, no deletions. */
const emptyState: Uint8Array = Y.encodeStateAsUpdate(new Y.Doc());

/** A state vector of no clients. */
function isEmpty(stateVector: Uint8Array): boolean {
  return stateVector.byteLength === 1 && stateVector[0] === 0;
}
