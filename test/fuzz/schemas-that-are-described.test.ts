import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { defaultLimits, type CollectionDescription } from '@concord/protocol';
import {
  collection,
  compileConfig,
  defineConfig,
  describeFields,
  field,
  parseFilter,
  parseSort,
  readDescription,
  readFields,
  validateFields,
  writeFields,
  type CollectionSchema,
  type DescribedCollection,
  type FieldConfig,
  type ScalarFieldConfig,
} from '@concord/schema';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const given = (options: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const scalar: fc.Arbitrary<ScalarFieldConfig> = fc.oneof(
  fc
    .record({
      required: maybe(fc.boolean()),
      min: maybe(fc.nat(3)),
      max: maybe(fc.integer({ min: 4, max: 50 })),
      pattern: maybe(fc.constantFrom(/^[a-zé/"]*$/iu, '^\\w', /a|b/, /x/gy)),
    })
    .map((options) => field.string(given(options))),
  fc
    .record({
      min: maybe(fc.integer({ min: -9, max: 0 })),
      max: maybe(fc.nat(9)),
      integer: maybe(fc.boolean()),
      default: maybe(fc.constant(0)),
    })
    .map((options) => field.number(given(options))),
  fc.record({ default: maybe(fc.boolean()) }).map((options) => field.boolean(given(options))),
  fc.record({ default: maybe(fc.constant('2026-11-21')) }).map((options) => field.date(given(options))),
  fc
    .uniqueArray(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }).filter((text) => text.isWellFormed()),
      { minLength: 1, maxLength: 4 },
    )
    .map((values) => field.enum(values, { default: values[0] as string })),
  fc.constant(field.ref('things')),
  fc.record({ maxBytes: maybe(fc.integer({ min: 1, max: 99 })) }).map((options) => field.json(given(options))),
);
const shared: fc.Arbitrary<FieldConfig> = fc.oneof(
  fc.record({ max: maybe(fc.integer({ min: 1, max: 20 })) }).map((options) => field.text(given(options))),
  fc.constant(field.richText()),
  fc.constant(field.counter()),
  fc
    .record({ max: maybe(fc.integer({ min: 1, max: 9 })), maxLength: maybe(fc.integer({ min: 1, max: 9 })) })
    .map((options) => field.set(given(options))),
  fc
    .tuple(
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), scalar, { minKeys: 1, noNullPrototype: true }),
      maybe(fc.integer({ min: 1, max: 5 })),
    )
    .map(([rows, max]) => field.list(rows, given({ max }))),
);

/** Some of the fields lie in parts of their own. */
const collections: fc.Arbitrary<CollectionSchema> = fc
  .dictionary(fc.constantFrom('one', 'two', 'three', 'four', 'five', 'six'), fc.tuple(fc.oneof(scalar, shared), fc.boolean()), {
    minKeys: 1,
    noNullPrototype: true,
  })
  .map((fields) => {
    const placed = Object.entries(fields).map(([name, [config, isApart]]): [string, FieldConfig] => [
      name,
      isApart ? { ...config, options: { ...config.options, access: { read: ['hr'] } } } : config,
    ]);
    const config = defineConfig({ collections: { things: collection({ fields: Object.fromEntries(placed) }) } });
    return compileConfig(config, 'drawn').collections.get('things') as CollectionSchema;
  });

const values = fc.oneof(
  fc.constantFrom<unknown>(null, 0, 3, 7.5, -9, true, '', 'a', 'ab"', '2026-11-21', ['a', 'b'], [{ a: 1 }], { increment: 2 }, {}),
  fc.constant({ type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }] }),
  fc.string(),
  fc.integer(),
);

/** By way of JSON, as a client gets it. */
function described(schema: CollectionSchema): DescribedCollection {
  const description: CollectionDescription = {
    name: schema.name,
    createOnConnect: schema.createOnConnect,
    may: { create: true, update: true, delete: true },
    parts: [schema.content, ...schema.parts.values()].map(({ name }) => ({ name, read: true, write: true })),
    fields: describeFields(schema, schema.partOf),
    logs: [],
  };
  return readDescription(JSON.parse(JSON.stringify(description)) as CollectionDescription);
}

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

it('is the same after it was described: its fields, and which of them lie in which part', () => {
  fc.assert(
    fc.property(collections, (schema) => {
      const back = described(schema);
      expect(back.fields).toEqual(schema.fields);
      expect([...back.fields.keys()]).toEqual([...schema.fields.keys()]);
      for (const part of [schema.content, ...schema.parts.values()])
        expect(back.parts.get(part.name)?.fields).toEqual(part.fields);
      expect(back.limits).toEqual(defaultLimits);
    }),
  );
});

it('judges, writes, reads, sorts and filters as the one that it describes', () => {
  const names = fc.constantFrom('one', 'two', 'three', 'four', 'five', 'six');
  const input = fc.dictionary(names, values, { maxKeys: 3, noNullPrototype: true });
  const filters = fc.constantFrom("one = 'a'", 'two > 3', "three contains 'a'", 'four is null', 'not five = true', 'six <=');
  fc.assert(
    fc.property(collections, input, filters, names, (schema, record, filter, key) => {
      const [theirs, ours] = [schema, described(schema)].map((one) => {
        const document = new Y.Doc();
        document.clientID = 1;
        return outcome(() => {
          document.transact(() => writeFields(one, document, validateFields(one, record, 'create')));
          return readFields(one, document);
        });
      });
      expect(ours).toEqual(theirs);
      const view = { id: '1', version: 1, createdAt: '', createdBy: '', updatedAt: '', updatedBy: '', ...Object(theirs) };
      const asks = (one: DescribedCollection | CollectionSchema): unknown => [
        outcome(() => parseFilter(filter, one).matches(view)),
        outcome(() => parseSort(`-${key}`, one).compare(view, { ...view, id: '2' })),
      ];
      expect(asks(described(schema))).toEqual(asks(schema));
    }),
  );
});

it('leaves out a kind that it does not know, and a pattern that the engine does not', () => {
  const back = readDescription({
    name: 'things',
    createOnConnect: false,
    may: { create: true, update: true, delete: true },
    parts: [{ name: null, read: true, write: true }],
    fields: [
      { kind: 'hologram', name: 'one', part: null },
      {
        kind: 'string',
        name: 'two',
        part: null,
        required: false,
        default: null,
        min: 0,
        max: null,
        pattern: { source: '(', flags: 'u' },
      },
    ],
  } as unknown as CollectionDescription);
  expect([...back.fields.keys()]).toEqual(['two']);
  expect(validateFields(back, { two: 'anything' }, 'create')).toEqual({ two: 'anything' });
});
