import { describe, expect, it } from 'vitest';
import { collection, compileConfig, ConfigError, defineConfig, field, policy, type Policy } from './index.ts';

const compile = (config: unknown): ReturnType<typeof compileConfig> => compileConfig(config, 'concord.config.ts');
const withFields = (fields: unknown, more: object = {}): unknown => ({ collections: { tickets: { fields, ...more } } });

function mistakesOf(config: unknown): readonly string[] {
  try {
    compile(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').map((line) => line.replace('concord.config.ts: ', ''));
    throw error;
  }
  return [];
}

const title = field.string();
const at = 'collections.tickets.fields';
const pay = { groups: { pay: { read: ['hr'], write: ['hr'] } } };
const by = (name: string): Policy => policy({ reads: [name], allow: ({ user, record }) => record[name] === user.id });

describe('a config with a mistake', () => {
  it.each<[string, unknown, string]>([
    ['no object', 7, 'must be an object'],
    ['no collections', {}, 'collections: must be an object with at least one collection'],
    [
      'an unknown key',
      { collections: { a: { fields: { title } } }, colections: {} },
      'colections: is no option: there are limits, collections, feed, webhooks, origins, trustProxy, hooks, compat, demo',
    ],
    [
      'a collection name',
      { collections: { 'my-tickets': { fields: { title } } } },
      'collections.my-tickets: is no collection name',
    ],
    [
      'a collection called constructor',
      { collections: { constructor: { fields: { title } } } },
      'collections.constructor: is a reserved name',
    ],
    ['a collection that is a list', { collections: { tickets: [] } }, 'collections.tickets: must be an object'],
    ['no fields', withFields({}), `${at}: must be an object with at least one field`],
    ['a reserved field', withFields({ createdAt: field.date() }), `${at}.createdAt: is a reserved name`],
    ['a field called fields', withFields({ fields: title }), `${at}.fields: is a reserved name`],
    ['__proto__', withFields(JSON.parse('{"__proto__":{}}')), `${at}.__proto__: is a reserved name`],
    ['isPrototypeOf', withFields({ isPrototypeOf: title }), `${at}.isPrototypeOf: is a reserved name`],
    ['a word of the filter language', withFields({ contains: title }), `${at}.contains: is a word of the filter language`],
    ['a field name', withFields({ 'a.b': title }), `${at}.a.b: is no field name`],
    ['no kind', withFields({ title: {} }), `${at}.title: must be made by one of field.string`],
    ['a later kind', withFields({ approval: { kind: 'workflow' } }), `${at}.approval: workflow fields are not supported yet`],
    [
      'an option of a log',
      withFields({ title, comments: { kind: 'log', options: { max: 3 } } }),
      `${at}.comments.max: is no option`,
    ],
    [
      'a slow mode by no field',
      withFields({ title, comments: { kind: 'log', options: { slowMode: 'pause' } } }),
      `${at}.comments.slowMode: "pause" is no number field`,
    ],
    [
      'a note of no field',
      withFields({ title, comments: { kind: 'log', options: { notes: ['topic'] } } }),
      `${at}.comments.notes: "topic" is no field`,
    ],
    [
      'a note of what not all may read',
      withFields({ pay: field.number({ access: { read: ['hr'] } }), talk: { kind: 'log', options: { notes: ['pay'] } } }),
      `${at}.talk.notes: "pay" is not for all who read the log`,
    ],
    [
      'a media type that is none',
      withFields({ title, comments: { kind: 'log', options: { attachments: { types: ['pictures'] } } } }),
      `${at}.comments.attachments.types: "pictures" is no media type`,
    ],
    [
      'a log in a row',
      withFields({ lines: { kind: 'list', options: { rows: { item: title, talk: { kind: 'log' } } } } }),
      `${at}.lines.rows.talk: a row holds scalars only`,
    ],
    [
      'a role twice',
      withFields({ members: { kind: 'members', options: { roles: ['owner', 'owner'] } } }),
      `${at}.members.roles: must be different names`,
    ],
    [
      'members twice',
      withFields({ members: { kind: 'members' }, others: { kind: 'members' } }),
      `${at}.others: a record has one field of members`,
    ],
    [
      'values of a record between two that no record can have',
      withFields({ title, members: { kind: 'members', options: { direct: { colour: 'red' } } } }),
      `${at}.members.direct: colour is no field of tickets`,
    ],
    [
      'values of a visitor’s record that are not enough',
      withFields({ topic: field.string({ required: true }), members: { kind: 'members', options: { guests: {} } } }),
      `${at}.members.guests.values: topic is required`,
    ],
    [
      'access that nobody can read',
      withFields({ salary: { kind: 'number', options: { access: { delete: ['hr'] } } } }),
      `${at}.salary.access.delete: is no option: there are read, write`,
    ],
    [
      'access that says nothing',
      withFields({ salary: field.number({ access: {} }) }),
      `${at}.salary.access: must say who may read or write`,
    ],
    [
      'access and a group',
      withFields(
        { salary: field.number({ access: { read: ['hr'] }, group: 'pay' }), bonus: field.number({ group: 'pay' }) },
        pay,
      ),
      `${at}.salary.group: stands beside access`,
    ],
    ['no such group', withFields({ salary: field.number({ group: 'pay' }) }), `${at}.salary.group: there is no group "pay"`],
    ['a group without fields', withFields({ title }, pay), 'collections.tickets.groups.pay: is the group of no field'],
    [
      'a group called as a field is',
      withFields({ pay: title, bonus: field.number({ group: 'pay' }) }, pay),
      'collections.tickets.groups.pay: is the name of a field',
    ],
    [
      'a group name',
      withFields({ bonus: field.number({ group: 'a.1' }) }, { groups: { 'a.1': { read: [] } } }),
      'collections.tickets.groups.a.1: is no name of a group',
    ],
    [
      'access in a row',
      withFields({ lines: field.list({ amount: field.number({ access: { read: ['hr'] } }) }) }),
      `${at}.lines.rows.amount: a field of a row has no access of its own`,
    ],
    [
      'a root twice in a part',
      withFields({ a: field.text({ group: 'pay' }), b: field.richText({ root: 'a', group: 'pay' }) }, pay),
      `${at}.b.root: the root "a" is taken by a`,
    ],
    [
      'a rule that is a function',
      withFields({ title }, { access: { read: () => true } }),
      'collections.tickets.access.read: must be a list of strings, or policy(',
    ],
    [
      'a policy on no field',
      withFields({ title }, { access: { read: by('owner') } }),
      'collections.tickets.access.read: reads "owner", which is no field',
    ],
    [
      'a policy on a text',
      withFields({ body: field.text({ delegable: true }) }, { access: { read: by('body') } }),
      'collections.tickets.access.read: reads body, a text: policies read scalars, sets and members',
    ],
    [
      'a policy on what those it admits may write',
      withFields({ members: field.set() }, { access: { read: by('members') } }),
      `${at}.members: is read by a policy, and whoever may write it can pass access on`,
    ],
    [
      'a policy on a part whose writers it admits itself',
      withFields({ members: field.set({ access: { write: by('members') } }) }, { access: { read: ['member'] } }),
      `${at}.members: is read by a policy`,
    ],
    [
      'a policy on a part that whoever may read the record may write',
      withFields({ members: field.set({ access: { read: ['member'] } }) }, { access: { read: by('members') } }),
      `${at}.members: is read by a policy`,
    ],
    [
      'an unknown option',
      withFields({ title: { kind: 'string', options: { maximum: 3 } } }),
      `${at}.title.maximum: is no option: there are required, min, max, pattern, default`,
    ],
    ['max 0', withFields({ title: field.string({ max: 0 }) }), `${at}.title.max: must be a whole number above 0`],
    [
      'max as text',
      withFields({ title: { kind: 'string', options: { max: '3' } } }),
      `${at}.title.max: must be a whole number above 0`,
    ],
    ['min above max', withFields({ n: field.number({ min: 3, max: 2 }) }), `${at}.n.min: must not be above max (2)`],
    ['min length above max', withFields({ n: field.string({ min: 3, max: 2 }) }), `${at}.n.min: must not be above max (2)`],
    ['a pattern', withFields({ title: field.string({ pattern: '(' }) }), `${at}.title.pattern: is no regular expression`],
    [
      'a default too long',
      withFields({ title: field.string({ max: 2, default: 'abc' }) }),
      `${at}.title.default: must have at most 2 characters`,
    ],
    [
      'a default off pattern',
      withFields({ title: field.string({ pattern: /^x/, default: 'abc' }) }),
      `${at}.title.default: must match ^x`,
    ],
    ['a default of null', withFields({ meta: field.json({ default: null }) }), `${at}.meta.default: must not be null`],
    [
      'a fraction as default',
      withFields({ n: field.number({ integer: true, default: 1.5 }) }),
      `${at}.n.default: must be a whole number`,
    ],
    [
      'an impossible date',
      withFields({ due: field.date({ default: '2026-02-29' }) }),
      `${at}.due.default: must be an RFC 3339 date`,
    ],
    ['an enum without values', withFields({ s: field.enum([]) }), `${at}.s.values: must be a list of at least one value`],
    ['an enum value twice', withFields({ s: field.enum(['a', 'b', 'a']) }), `${at}.s.values: holds "a" twice`],
    [
      'an enum default',
      withFields({ s: { kind: 'enum', options: { values: ['a'], default: 'b' } } }),
      `${at}.s.default: must be one of a`,
    ],
    ['required: 1', withFields({ s: { kind: 'string', options: { required: 1 } } }), `${at}.s.required: must be true or false`],
    ['a ref to nowhere', withFields({ a: field.ref('people') }), `${at}.a.collection: there is no collection "people"`],
    [
      'a ref with a default',
      withFields({ a: { kind: 'ref', options: { collection: 'tickets', default: '1' } } }),
      `${at}.a.default: is no option`,
    ],
    [
      'required text',
      withFields({ t: { kind: 'text', options: { required: true } } }),
      `${at}.t.required: is no option: there are max, access, group, delegable`,
    ],
    [
      'a root twice',
      withFields({ body: field.text(), notes: field.richText({ root: 'body' }) }),
      `${at}.notes.root: the root "body" is taken by body`,
    ],
    [
      'the root of the scalars',
      withFields({ notes: field.richText({ root: 'fields' }) }),
      `${at}.notes.root: the root "fields" is taken by the scalar fields`,
    ],
    [
      'a root later taken',
      withFields({ notes: field.richText({ root: 'body' }), body: field.text() }),
      `${at}.body: the root "body" is taken by notes`,
    ],
    ['a root with a slash', withFields({ notes: field.richText({ root: 'a/b' }) }), `${at}.notes.root: must be 1 to 63 letters`],
    [
      'text in a row',
      withFields({ lines: { kind: 'list', options: { rows: { t: field.text() } } } }),
      `${at}.lines.rows.t: a row holds scalars only, not text`,
    ],
    [
      'a mistake in a row',
      withFields({ lines: field.list({ n: field.number({ min: 2, max: 1 }) }) }),
      `${at}.lines.rows.n.min: must not be above max (1)`,
    ],
    [
      'no rows',
      withFields({ lines: { kind: 'list', options: {} } }),
      `${at}.lines.rows: must be an object with at least one field`,
    ],
    [
      'an option of a counter',
      withFields({ c: { kind: 'counter', options: { min: 0 } } }),
      `${at}.c.min: is no option: there are access, group, delegable`,
    ],
    [
      'roles as text',
      withFields({ title }, { access: { read: 'member' } }),
      'collections.tickets.access.read: must be a list of strings',
    ],
    ['an unknown access', withFields({ title }, { access: { write: [] } }), 'collections.tickets.access.write: is no option'],
    [
      'quietMs',
      withFields({ title }, { quietMs: 2000, maxQuietMs: 1000 }),
      'collections.tickets.quietMs: must not be above maxQuietMs (1000)',
    ],
    [
      'createOnConnect',
      withFields({ title: field.string({ required: true }) }, { createOnConnect: true }),
      `${at}.title.required: a collection with createOnConnect`,
    ],
    [
      'a limit',
      { ...(withFields({ title }) as object), limits: { maxBodyBytes: -1 } },
      'limits.maxBodyBytes: must be a whole number above 0',
    ],
    ['an unknown limit', { ...(withFields({ title }) as object), limits: { maxBody: 1 } }, 'limits.maxBody: is no option'],
    [
      'an origin with a path',
      { ...(withFields({ title }) as object), origins: ['https://a.example/'] },
      'origins.0: must be like https://',
    ],
    [
      'origins that are no list',
      { ...(withFields({ title }) as object), origins: 'https://a.example' },
      'origins: must be a list',
    ],
    ['no proxies', { ...(withFields({ title }) as object), trustProxy: 0 }, 'trustProxy: must be false, a number of proxies'],
    [
      'a network that is none',
      { ...(withFields({ title }) as object), trustProxy: ['10.0.0.0/33'] },
      'trustProxy.0: must be an address',
    ],
    [
      'a hook that is none',
      { ...(withFields({ title }) as object), hooks: { onChange: () => 1 } },
      'hooks.onChange: is no hook: there are onConnect',
    ],
    [
      'a hook that cannot be called',
      { ...(withFields({ title }) as object), hooks: { afterChange: 1 } },
      'hooks.afterChange: must be a function',
    ],
    [
      'the API of a system that is not known',
      { ...(withFields({ title }) as object), compat: { snackbar: true } },
      'compat.snackbar: is no option: there are snackbase',
    ],
    [
      'an account of SnackBase that cannot be',
      { ...(withFields({ title }) as object), compat: { snackbase: { account: 'No Account' } } },
      'compat.snackbase.account: is no account name',
    ],
    ['keepMs', { ...(withFields({ title }) as object), feed: { keepMs: 0 } }, 'feed.keepMs: must be a whole number above 0'],
    [
      'a demo record',
      {
        ...(withFields({ n: field.number() }) as object),
        demo: { account: 'demo', people: [], records: { tickets: [{ id: '1', n: 'x' }] } },
      },
      'demo.records.tickets.0.n: must be a number',
    ],
    [
      'a demo person',
      { ...(withFields({ title }) as object), demo: { account: 'demo', people: [{ id: 'a', name: 'A' }], records: {} } },
      'demo.people.0.roles: must be a list of roles',
    ],
    [
      'a demo collection',
      { ...(withFields({ title }) as object), demo: { account: 'demo', people: [], records: { x: [] } } },
      'demo.records.x: there is no such collection',
    ],
  ])('%s', (_name, config, expected) => {
    const mistakes = mistakesOf(config);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(expected);
    expect(mistakes[0]?.startsWith(expected)).toBe(true);
  });

  it('tells all of its mistakes at once, each with the file', () => {
    const config = withFields({ title: field.string({ max: -1 }), s: field.enum([]) }, { quiet: 3 });
    expect(() => compile(config)).toThrow(ConfigError);
    expect(mistakesOf(config)).toHaveLength(3);
    expect(() => compile(config)).toThrow(
      /^concord\.config\.ts: collections\.tickets\.fields\.title\.max: must be a whole number above 0\n/,
    );
  });
});

describe('a config without mistakes', () => {
  const config = defineConfig({
    collections: {
      tickets: collection({
        fields: {
          title: field.string({ required: true }),
          body: field.text(),
          lines: field.list({ id: field.string(), n: field.number() }),
        },
        access: { read: ['member'], delete: [] },
      }),
      notes: collection({
        fields: { title: field.string(), ticket: field.ref('tickets') },
        createOnConnect: true,
        quietMs: 20,
        maxQuietMs: 100,
      }),
    },
    limits: { maxBodyBytes: 10 },
    demo: {
      account: 'demo',
      people: [{ id: 'ana', name: 'Ana', roles: ['member'] }],
      records: { tickets: [{ id: '1', title: 'Hi' }] },
    },
  });

  it('puts fields with access of their own into parts, and all others into the content', () => {
    const staff = compile(
      withFields(
        {
          title,
          salary: field.number({ access: { read: ['hr'], write: ['payroll'] } }),
          bonus: field.number({ group: 'pay' }),
          owner: field.string({ access: { write: ['lead'] } }),
          review: field.richText({ root: 'title', group: 'pay' }),
          watchers: field.set({ delegable: true }),
          editors: field.set({ access: { write: by('owner') } }),
        },
        { ...pay, access: { read: by('watchers'), update: by('editors') } },
      ),
    ).collections.get('tickets');
    expect([...(staff?.fields.keys() ?? [])]).toEqual(['title', 'salary', 'bonus', 'owner', 'review', 'watchers', 'editors']);
    expect([...(staff?.content.fields.keys() ?? [])]).toEqual(['title', 'watchers']);
    expect([...(staff?.parts ?? [])].map(([name, part]) => [name, [...part.fields.keys()]])).toEqual([
      ['salary', ['salary']],
      ['pay', ['bonus', 'review']],
      ['owner', ['owner']],
      ['editors', ['editors']],
    ]);
    expect(staff?.parts.get('salary')?.access).toEqual({ read: ['hr'], write: ['payroll'] });
    expect(staff?.parts.get('owner')?.access).toEqual({ read: null, write: ['lead'] });
    expect([...(staff?.policyFields ?? [])].toSorted()).toEqual(['editors', 'owner', 'watchers']);
  });

  it('keeps order, access and times, and fills in what was left out', () => {
    const schema = compile(config);
    const tickets = schema.collections.get('tickets');
    expect([...(tickets?.fields.keys() ?? [])]).toEqual(['title', 'body', 'lines']);
    expect(tickets).toMatchObject({
      createOnConnect: false,
      quietMs: 250,
      maxQuietMs: 1000,
      access: { read: ['member'], create: null, update: null, delete: [] },
    });
    expect(schema.collections.get('notes')).toMatchObject({ createOnConnect: true, quietMs: 20, maxQuietMs: 100 });
    expect(schema.limits).toMatchObject({ maxBodyBytes: 10, maxJsonDepth: 256 });
    expect(schema.feed.keepMs).toBe(7 * 24 * 60 * 60 * 1000);
    expect(schema.demo?.people[0]?.name).toBe('Ana');
  });

  it('has a version that changes with the collections only', () => {
    const version = compile(config).version;
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(compile({ ...config, limits: {}, demo: undefined }).version).toBe(version);
    expect(
      compile({ collections: { ...config.collections, tickets: { ...config.collections.tickets, access: { read: ['admin'] } } } })
        .version,
    ).not.toBe(version);
    expect(
      compile({ collections: { notes: config.collections.notes, tickets: { fields: { title: field.string({ max: 3 }) } } } })
        .version,
    ).not.toBe(version);
  });

  it('has a version that changes with who may read a field, and with what a policy says', () => {
    const versionOf = (salary: unknown, access: unknown): string =>
      compile(withFields({ title, owner: field.string({ delegable: true }), salary }, { access })).version;
    const versions = [
      versionOf(field.number(), {}),
      versionOf(field.number({ access: { read: ['hr'] } }), {}),
      versionOf(field.number({ access: { read: ['hr', 'ceo'] } }), {}),
      versionOf(field.number(), { read: policy({ reads: ['owner'], allow: ({ user, record }) => record.owner === user.id }) }),
      versionOf(field.number(), { read: policy({ reads: ['owner'], allow: ({ user, record }) => record.owner !== user.id }) }),
    ];
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('searches for a pattern afresh each time, whatever its flags', () => {
    const schema = compile(withFields({ code: field.string({ pattern: /^x/gy }) }));
    const code = schema.collections.get('tickets')?.fields.get('code');
    expect(code?.kind === 'string' && [code.pattern?.test('x1'), code.pattern?.test('x1')]).toEqual([true, true]);
  });
});
