import type { Live, LiveRecord } from '@concord/client';

/** A record as it is before it is opened: loading, with nothing in it. What the server renders. */
export function createUnopenedRecord(collection: string, id: string): LiveRecord {
  const never = new Promise<void>(() => undefined);
  const refuse = (): never => {
    throw new TypeError('The record is not open yet.');
  };
  return {
    collection,
    id,
    status: constant({ phase: 'loading', save: { kind: 'saved' }, canWrite: false }),
    ready: never,
    schema: undefined,
    fields: {
      get: () => undefined,
      has: () => false,
      set: refuse,
      setAll: refuse,
      problem: () => null,
      mayWrite: () => false,
      subscribe: () => doNothing,
      schema: () => undefined,
    },
    values: constant(undefined),
    text: refuse,
    richText: refuse,
    list: refuse,
    counter: refuse,
    set: refuse,
    log: refuse,
    awareness: refuse,
    presence: { others: constant([]), focus: doNothing },
    history: { state: constant({ canUndo: false, canRedo: false }), undo: doNothing, redo: doNothing, stop: doNothing },
    onCorrected: () => doNothing,
    export: () => Promise.resolve(new Map()),
    discard: () => Promise.resolve(),
    retry: doNothing,
    close: doNothing,
  };
}

function constant<T>(value: T): Live<T> {
  return { get: () => value, subscribe: () => doNothing };
}

const doNothing = (): void => undefined;
