import * as encoding from 'lib0/encoding';

/** One struct of a Yjs update, as it is written. */
export type RawStruct = (encoder: encoding.Encoder) => void;

/** What one client wrote, in a row. */
interface RawRow {
  readonly client?: number;
  readonly clock?: number;
  readonly structs?: readonly RawStruct[];
}

export interface RawUpdate extends RawRow {
  /** Rows behind the first. */
  readonly more?: readonly RawRow[];
  /** Deleted spans of one client. */
  readonly deleted?: readonly { readonly client: number; readonly clock: number; readonly length: number }[];
}

/** Writes an update (version 1) as no Yjs would. */
export function rawUpdate({ more = [], deleted = [], ...first }: RawUpdate): Uint8Array {
  const rows = [first, ...more].filter(({ structs = [] }) => structs.length > 0);
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, rows.length);
    for (const { client = 77, clock = 0, structs = [] } of rows) {
      for (const number of [structs.length, client, clock]) encoding.writeVarUint(encoder, number);
      for (const struct of structs) struct(encoder);
    }
    encoding.writeVarUint(encoder, deleted.length);
    for (const span of deleted)
      for (const number of [span.client, 1, span.clock, span.length]) encoding.writeVarUint(encoder, number);
  });
}

type Place = { readonly root: string } | { readonly parent: readonly [client: number, clock: number] };

export const raw = {
  gc: (length: number): RawStruct => numbers(0, length),
  skip: (length: number): RawStruct => numbers(10, length),
  removed: (length: number, place: Place): RawStruct => item(1, place, (encoder) => encoding.writeVarUint(encoder, length)),
  text: (text: string, place: Place): RawStruct => item(4, place, (encoder) => encoding.writeVarString(encoder, text)),
  /** Behind an item, wherever that lies. */
  textBehind: (text: string, client: number, clock: number): RawStruct => {
    const head = numbers(0x84, client, clock);
    return (encoder) => {
      head(encoder);
      encoding.writeVarString(encoder, text);
    };
  },
  element: (place: Place): RawStruct =>
    item(7, place, (encoder) => {
      encoding.writeVarUint(encoder, 3);
      encoding.writeVarString(encoder, 'p');
    }),
  /** As many values as are claimed, and those that follow. */
  values: (claimed: number, place: Place, ...values: readonly Uint8Array[]): RawStruct =>
    item(8, place, (encoder) => {
      encoding.writeVarUint(encoder, claimed);
      for (const value of values) encoding.writeUint8Array(encoder, value);
    }),
} as const;

/** A list in a list in a list. */
export function nestedList(depth: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (let level = 0; level < depth; level++) encoding.writeUint8Array(encoder, Uint8Array.of(117, 1));
    encoding.writeUint8(encoder, 126);
  });
}

/** An element in an element in an element, the outermost in the root `notes`; each of them by `client`, from `clock` on. */
export function nestedElements(depth: number, client: number, clock = 0): Uint8Array {
  const structs = Array.from({ length: depth }, (_, level) => {
    const at = clock + level;
    return raw.element(at === 0 ? { root: 'notes' } : { parent: [client, at - 1] });
  });
  return rawUpdate({ client, clock, structs });
}

function item(ref: number, place: Place, content: RawStruct): RawStruct {
  return (encoder) => {
    encoding.writeUint8(encoder, ref);
    if ('root' in place) {
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarString(encoder, place.root);
    } else {
      for (const number of [0, ...place.parent]) encoding.writeVarUint(encoder, number);
    }
    content(encoder);
  };
}

function numbers(...all: readonly number[]): RawStruct {
  return (encoder) => {
    for (const number of all) encoding.writeVarUint(encoder, number);
  };
}
