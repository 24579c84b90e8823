import type { Json } from '@concord/protocol';
import { expectTypeOf, it } from 'vitest';
import { collection, defineConfig, field, policy, type InputOf, type PatchOf, type RecordOf, type RichTextDoc } from './index.ts';

const config = defineConfig({
  collections: {
    tickets: collection({
      fields: {
        title: field.string({ required: true, max: 200 }),
        code: field.string({ default: 'none' }),
        comment: field.string(),
        status: field.enum(['open', 'closed'], { default: 'open' }),
        priority: field.enum(['low', 'high']),
        estimate: field.number({ min: 0 }),
        urgent: field.boolean({ required: true, default: false }),
        due: field.date(),
        assignee: field.ref('tickets'),
        meta: field.json(),
        source: field.text(),
        notes: field.richText(),
        lines: field.list({ item: field.string({ required: true }), amount: field.number() }),
        likes: field.counter(),
        tags: field.set(),
      },
    }),
  },
});

it('infers the view', () => {
  expectTypeOf<RecordOf<typeof config, 'tickets'>>().toEqualTypeOf<
    {
      readonly id: string;
      readonly version: number;
      readonly createdAt: string;
      readonly createdBy: string;
      readonly updatedAt: string;
      readonly updatedBy: string;
    } & {
      readonly title: string;
      readonly code: string;
      readonly comment: string | null;
      readonly status: 'open' | 'closed';
      readonly priority: 'low' | 'high' | null;
      readonly estimate: number | null;
      readonly urgent: boolean;
      readonly due: string | null;
      readonly assignee: string | null;
      readonly meta: Json;
      readonly source: string;
      readonly notes: RichTextDoc;
      readonly lines: readonly { readonly item: string; readonly amount: number | null }[];
      readonly likes: number;
      readonly tags: readonly string[];
    }
  >();
});

it('leaves out what somebody may not read', () => {
  const staff = defineConfig({
    collections: {
      staff: collection({
        fields: {
          name: field.string({ required: true }),
          salary: field.number({ access: { read: ['hr'], write: ['hr'] } }),
          notes: field.text({ group: 'hr' }),
          managers: field.set({
            access: { read: policy({ reads: [], allow: ({ user, record }) => record.createdBy === user.id }) },
          }),
        },
        groups: { hr: { read: ['hr'] } },
      }),
    },
  });
  type Person = RecordOf<typeof staff, 'staff'>;
  expectTypeOf<Person['name']>().toEqualTypeOf<string>();
  expectTypeOf<Person['salary']>().toEqualTypeOf<number | null | undefined>();
  expectTypeOf<Person['notes']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Person['managers']>().toEqualTypeOf<readonly string[] | undefined>();
});

it('infers what a create takes', () => {
  type Input = InputOf<typeof config, 'tickets'>;
  expectTypeOf<Input['title']>().toEqualTypeOf<string>();
  expectTypeOf<Input['status']>().toEqualTypeOf<'open' | 'closed' | null | undefined>();
  expectTypeOf<Input['likes']>().toEqualTypeOf<number | { readonly increment: number } | undefined>();
  expectTypeOf<{ title: string }>().toExtend<Input>();
  expectTypeOf<{ estimate: number }>().not.toExtend<Input>();
  expectTypeOf<{ title: string; lines: { amount: number }[] }>().not.toExtend<Input>();
  expectTypeOf<{ estimate: number }>().toExtend<PatchOf<typeof config, 'tickets'>>();
});

it('refuses options a kind does not have, and defaults of another type', () => {
  // @ts-expect-error there is no such option
  field.string({ maximum: 3 });
  // @ts-expect-error the default is none of the values
  field.enum(['a', 'b'], { default: 'c' });
  // @ts-expect-error rows hold scalars
  field.list({ notes: field.text() });
  // @ts-expect-error a part is read and written, nothing else
  field.number({ access: { delete: ['hr'] } });
});
