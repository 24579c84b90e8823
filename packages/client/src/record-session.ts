import { ConcordError, type Correction } from '@concord/protocol';
import * as Y from 'yjs';
import type { ClientSchema, ClientCollection } from './client-schema.ts';
import type { ConnectionStatus } from './connection.ts';
import type { HandledField } from './field-handles.ts';
import type { RecordHistory } from './history.ts';
import { createCell, createListeners, type Live } from './live.ts';
import type { Visitor } from './presence.ts';
import type { LiveCounter, LiveList, LiveRecord, LiveSet, RecordStatus } from './record.ts';
import { RecordFieldsOf, type ValuesModule } from './record-fields.ts';
import type { RecordPart } from './record-part.ts';
import type { Replicas } from './replicas.ts';

export interface RecordSessionParts {
  readonly collection: string;
  readonly id: string;
  readonly connection: Live<ConnectionStatus>;
  readonly schema: Live<ClientSchema | undefined>;
  /** Who the user is, once it is known. */
  readonly me: () => string | undefined;
  /** Undefined until it is known where documents are kept. */
  readonly replicas: () => Replicas | undefined;
  /** What reads, checks and writes values; undefined until it is loaded. */
  readonly values: () => ValuesModule | undefined;
  /** Called when `replicas` and `values` are there. */
  readonly onPrepared: (listener: () => void) => () => void;
  /** A create of this record waits to be carried out. */
  readonly isBeingCreated: () => boolean;
  /** Tells those who look at the collection where this tab is. */
  readonly onFocus: (field: string | null) => void;
}

/** One record, open for any number of handles in this tab. */
export interface RecordSession {
  readonly record: LiveRecord;
  /** Shown as present, from the first handle on. */
  enter(): void;
  /** Gone for the others, though its documents may be kept open for a while. */
  leave(): void;
  close(): void;
}

export function createRecordSession(parts: RecordSessionParts): RecordSession {
  const { collection: collectionName, id } = parts;
  const open = new Map<string | null, RecordPart>();
  /** What is listened to of each open part. */
  const listening = new Map<RecordPart, readonly (() => void)[]>();
  const canStep = createCell({ canUndo: false, canRedo: false }, sameSteps);
  let history: RecordHistory | undefined;
  const corrected = createListeners<[readonly Correction[]]>();
  const status = createCell<RecordStatus>({ phase: 'loading', save: { kind: 'saved' }, canWrite: false }, sameStatus);
  const others = createCell<readonly Visitor[]>([]);
  const fields = new RecordFieldsOf(id, schemaOf, open, parts.values);
  let field: string | null = null;
  let isPresent = false;
  let isClosed = false;
  const ready = Promise.withResolvers<void>();
  // Who waits for it hears of it; nobody has to.
  ready.promise.catch(() => undefined);

  function schemaOf(): ClientCollection | undefined {
    return parts.schema.get()?.collections.get(collectionName);
  }

  /** Has the documents open that the user may read, and no others. */
  function arrange(): void {
    const replicas = parts.replicas();
    const schema = parts.schema.get();
    const collection = schemaOf();
    const values = parts.values();
    if (isClosed || replicas === undefined || values === undefined || schema === undefined) return;
    if (collection === undefined) {
      refresh();
      return;
    }
    for (const [name, part] of open) {
      if (collection.parts.some((known) => known.name === name)) continue;
      open.delete(name);
      leavePart(part);
      part.close();
    }
    for (const known of collection.parts) if (!open.has(known.name)) openPart(replicas, values, schema.account, known);
    refresh();
  }

  function openPart(replicas: Replicas, values: ValuesModule, account: string, schema: ClientCollection['parts'][number]): void {
    const document = [account, collectionName, id, ...(schema.name === null ? [] : [schema.name])].join('/');
    const held = replicas.open(document);
    const { replica } = held;
    const part = values.createRecordPart(schema, held, (names) => fields.changed(names));
    open.set(schema.name, part);
    history ??= values.createHistory(canStep);
    let wasThere = false;
    const stops = [
      history.add(replica.doc),
      replica.noticed.add((notice) => notice.type === 'corrected' && corrected.call(notice.corrections)),
      replica.state.subscribe(() => {
        if (wasThere !== part.isThere) fields.changed(part.schema.fields.keys());
        wasThere = part.isThere;
        refresh();
      }),
    ];
    if (schema.name === null) {
      const here = values.createPeopleHere(replica.awareness, parts.me);
      const pass = (): void => others.set(here.others.get());
      stops.push(here.stop, here.others.subscribe(pass));
      pass();
    }
    listening.set(part, stops);
    showPresence(part);
  }

  /** Hears no more of it. */
  function leavePart(part: RecordPart): void {
    for (const stop of listening.get(part) ?? []) stop();
    listening.delete(part);
  }

  function refresh(): void {
    const values = parts.values();
    // It is loading until what reads it is there.
    if (values === undefined) return;
    const next = values.statusOf([...open.values()], {
      isKnown: parts.schema.get() === undefined || schemaOf() !== undefined,
      isConnected: !['offline', 'denied', 'gone'].includes(parts.connection.get().phase),
      isBeingCreated: parts.isBeingCreated(),
    });
    status.set(next);
    if (next.phase === 'denied' || next.phase === 'gone') ready.reject(next.error ?? new ConcordError('not_found'));
    else if (next.phase !== 'loading') ready.resolve();
  }

  function showPresence({ replica, schema }: RecordPart): void {
    if (!isPresent) replica.awareness.setLocalState(null);
    else replica.awareness.setLocalState({ ...replica.awareness.getLocalState(), ...(schema.name === null ? { field } : {}) });
  }

  function seen(name: string): RecordPart {
    const part = fields.part(name);
    if (part === undefined) throw new TypeError(`There is no field ${name} to see, or the record is not ready.`);
    return part;
  }

  function handled(name: string, kind: string): HandledField {
    const part = seen(name);
    const collection = schemaOf() as ClientCollection;
    if (collection.fields.get(name)?.kind !== kind) throw new TypeError(`${name} is no ${kind}.`);
    return { fields, collection, part, name };
  }

  /** Where there is a part to see, it is loaded. */
  function loaded(): ValuesModule {
    return parts.values() as ValuesModule;
  }

  function rootOf(name: string, kind: 'text' | 'richText'): { readonly doc: Y.Doc; readonly root: string } {
    const { part } = handled(name, kind);
    const schema = part.schema.fields.get(name) as { readonly root: string };
    return { doc: part.replica.doc, root: schema.root };
  }

  const lists = new Map<string, LiveList>();
  const counters = new Map<string, LiveCounter>();
  const sets = new Map<string, LiveSet>();
  function memoized<T>(made: Map<string, T>, make: (name: string) => T): (name: string) => T {
    return (name) => {
      let one = made.get(name);
      if (one === undefined) made.set(name, (one = make(name)));
      return one;
    };
  }

  const stops = [parts.onPrepared(arrange), parts.schema.subscribe(arrange), parts.connection.subscribe(refresh)];
  const record = {
    collection: collectionName,
    id,
    status,
    ready: ready.promise,
    get schema() {
      return schemaOf();
    },
    fields,
    values: { get: () => fields.values(), subscribe: (listener: () => void) => fields.subscribeAll(listener) },
    text: (name: string) => {
      const { doc, root } = rootOf(name, 'text');
      return doc.getText(root);
    },
    richText: (name: string) => {
      const { doc, root } = rootOf(name, 'richText');
      return doc.getXmlFragment(root);
    },
    list: memoized(lists, (name) => loaded().createLiveList(handled(name, 'list'))),
    counter: memoized(counters, (name) => loaded().createLiveCounter(handled(name, 'counter'))),
    set: memoized(sets, (name) => loaded().createLiveSet(handled(name, 'set'))),
    awareness: (name: string) => seen(name).replica.awareness,
    presence: {
      others,
      focus(next: string | null) {
        // Whoever may not see a field does not learn of it by who is in it.
        const told = next !== null && fields.part(next)?.schema.name === null ? next : null;
        if (field === told) return;
        field = told;
        const content = open.get(null);
        if (content !== undefined) showPresence(content);
        if (isPresent) parts.onFocus(field);
      },
    },
    history: {
      state: canStep,
      undo: () => history?.undo(),
      redo: () => history?.redo(),
      stop: () => history?.stop(),
    },
    onCorrected: (listener: (corrections: readonly Correction[]) => void) => corrected.add(listener),
    export: async () =>
      new Map([...open.values()].map(({ replica }) => [replica.name, Y.encodeStateAsUpdate(replica.doc)] as const)),
    async discard() {
      const parts = [...open.values()];
      open.clear();
      for (const part of parts) leavePart(part);
      await Promise.all(parts.map((part) => part.discard()));
      for (const made of [lists, counters, sets]) made.clear();
      arrange();
      fields.changed(schemaOf()?.fields.keys() ?? []);
    },
    retry() {
      for (const { replica } of open.values()) {
        const { phase, refusal } = replica.state.get();
        if (phase === 'ended' || refusal !== undefined) replica.restart();
      }
    },
    close: () => undefined,
  } as unknown as LiveRecord;
  arrange();

  return {
    record,
    enter() {
      isPresent = true;
      for (const part of open.values()) showPresence(part);
      parts.onFocus(field);
    },
    leave() {
      isPresent = false;
      field = null;
      for (const part of open.values()) showPresence(part);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const stop of stops) stop();
      for (const part of open.values()) {
        leavePart(part);
        part.close();
      }
      ready.reject(new ConcordError('unreachable', { message: 'The record was closed.' }));
    },
  };
}

function sameSteps(a: { readonly canUndo: boolean; readonly canRedo: boolean }, b: typeof a): boolean {
  return a.canUndo === b.canUndo && a.canRedo === b.canRedo;
}

function sameStatus(a: RecordStatus, b: RecordStatus): boolean {
  return (
    a.phase === b.phase && a.canWrite === b.canWrite && a.error === b.error && JSON.stringify(a.save) === JSON.stringify(b.save)
  );
}
