import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { ConcordError } from '@concord/protocol';
import { admit } from './admission.ts';

type Id = readonly [client: number, clock: number];

interface Struct {
  readonly kind: 'collected' | keyof typeof contents;
  readonly length: number;
  readonly origin: Id | undefined;
  readonly rightOrigin: Id | undefined;
  /** Said only where there is neither of these. */
  readonly parent: string | Id;
  readonly key: string | undefined;
}

interface Update {
  readonly blocks: readonly { readonly from: Id; readonly structs: readonly Struct[] }[];
  readonly deleted: readonly { readonly from: Id; readonly length: number }[];
}

/** How the contents of an item are numbered and written. */
const contents = {
  removed: [1, (encoder: encoding.Encoder, length: number) => encoding.writeVarUint(encoder, length)],
  text: [4, (encoder: encoding.Encoder, length: number) => encoding.writeVarString(encoder, 'x'.repeat(length))],
  format: [
    6,
    (encoder: encoding.Encoder) => {
      encoding.writeVarString(encoder, 'bold');
      encoding.writeVarString(encoder, 'true');
    },
  ],
  element: [
    7,
    (encoder: encoding.Encoder) => {
      encoding.writeVarUint(encoder, 3);
      encoding.writeVarString(encoder, 'p');
    },
  ],
  values: [
    8,
    (encoder: encoding.Encoder, length: number) => {
      encoding.writeVarUint(encoder, length);
      for (let value = 0; value < length; value++) encoding.writeAny(encoder, value);
    },
  ],
} as const;

function write(encoder: encoding.Encoder, { kind, length, origin, rightOrigin, parent, key }: Struct): void {
  const numbers = (...all: readonly number[]): void => all.forEach((number) => encoding.writeVarUint(encoder, number));
  if (kind === 'collected') return numbers(0, length);
  const [ref, writeContent] = contents[kind];
  encoding.writeUint8(encoder, ref | (origin ? 0x80 : 0) | (rightOrigin ? 0x40 : 0) | (key === undefined ? 0 : 0x20));
  numbers(...(origin ?? []), ...(rightOrigin ?? []));
  if (!origin && !rightOrigin) {
    if (typeof parent === 'string') {
      numbers(1);
      encoding.writeVarString(encoder, parent);
    } else {
      numbers(0, ...parent);
    }
    if (key !== undefined) encoding.writeVarString(encoder, key);
  }
  writeContent(encoder, length);
}

function encode({ blocks, deleted }: Update): Uint8Array {
  return encoding.encode((encoder) => {
    const numbers = (...all: readonly number[]): void => all.forEach((number) => encoding.writeVarUint(encoder, number));
    numbers(blocks.length);
    for (const { from, structs } of blocks) {
      numbers(structs.length, ...from);
      for (const struct of structs) write(encoder, struct);
    }
    numbers(deleted.length);
    for (const { from, length } of deleted) numbers(from[0], 1, from[1], length);
  });
}

// Few authors, few places: what they say contradicts itself all the time.
const ids: fc.Arbitrary<Id> = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 12 }));
const lengths = fc.integer({ min: 1, max: 4 });
const structs: fc.Arbitrary<Struct> = fc.record({
  kind: fc.constantFrom('collected', 'text', 'removed', 'element', 'values', 'format'),
  length: lengths,
  origin: fc.option(ids, { freq: 2, nil: undefined }),
  rightOrigin: fc.option(ids, { freq: 2, nil: undefined }),
  parent: fc.oneof(fc.constantFrom('text', 'list'), ids),
  key: fc.option(fc.constantFrom('one', 'other'), { freq: 2, nil: undefined }),
});
const updates: fc.Arbitrary<Update> = fc.record({
  blocks: fc.uniqueArray(fc.record({ from: ids, structs: fc.array(structs, { minLength: 1, maxLength: 4 }) }), {
    maxLength: 2,
    selector: ({ from }) => from[0],
  }),
  deleted: fc.array(fc.record({ from: ids, length: lengths }), { maxLength: 1 }),
});

/** Throws where something has broken the lists that are in it. */
function edit(document: Y.Doc): void {
  const text = document.getText('text');
  const list = document.getArray('list');
  text.insert(text.length, 'y');
  list.insert(list.length, [1]);
  text.toDelta();
  text.delete(0, text.length);
  list.delete(0, list.length);
}

it('takes whatever structs come, in any order, or refuses them before anything is applied', () => {
  fc.assert(
    fc.property(fc.array(updates, { minLength: 1, maxLength: 8 }), (sent) => {
      const document = new Y.Doc();
      document.getText('text');
      document.getArray('list');
      const taken = sent.map(encode).filter((update) => {
        try {
          admit(update, 1000, document);
        } catch (error) {
          expect(error).toBeInstanceOf(ConcordError);
          return false;
        }
        Y.applyUpdate(document, update);
        return true;
      });
      const reloaded = new Y.Doc();
      reloaded.transact(() => {
        for (const update of taken) Y.applyUpdate(reloaded, update);
      });
      const compacted = new Y.Doc();
      Y.applyUpdate(compacted, Y.encodeStateAsUpdate(reloaded));
      expect(Y.encodeStateVector(reloaded)).toEqual(Y.encodeStateVector(document));
      // Of what an author has said in two ways either may come out of the compaction.
      for (const copy of [document, reloaded, compacted]) edit(copy);
    }),
    { numRuns: 2000 },
  );
});
