import { collection, compileConfig, ConfigError, defineConfig, field, type Schema } from '@concord/schema';
import { describe, expect, it } from 'vitest';
import { checkPatterns } from './patterns.ts';

function schemaWith(options: { readonly pattern: RegExp | string; readonly max?: number }): Schema {
  const fields = { code: field.string(options) };
  return compileConfig(defineConfig({ collections: { things: collection({ fields }) } }), 'concord.config.ts');
}

async function mistakeOf(options: { readonly pattern: RegExp | string; readonly max?: number }): Promise<string | undefined> {
  try {
    await checkPatterns(schemaWith(options), 'concord.config.ts');
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

const at = 'concord.config.ts: collections.things.fields.code.pattern';

describe('a pattern', () => {
  it.each([
    /^(a+)+$/,
    '^(a+)+$',
    /(x+x+)+y/,
    /^(\w+\s?)*$/i,
    /^(a|a)*$/,
    /^(a|b|ab)*c$/,
    /^(a{0,12}){0,12}$/,
    /^(?:a?){25}a{25}$/,
  ])('that takes for ever on some values is refused: %s', async (pattern) => {
    expect(await mistakeOf({ pattern, max: 200 })).toContain(`${at}: takes for ever on some values`);
  });

  it.each([/^\S+@\S+\.\S+$/, /^\d*\d*\d*x$/])('whose work grows with the cube is refused: %s', async (pattern) => {
    expect(await mistakeOf({ pattern, max: 200 })).toContain(`${at}: takes very long on some values`);
  });

  it.each([/^[^@\s]+@[^@\s]+\.[^@\s]+$/, /^\s+|\s+$/])(
    'whose work grows with the square is bound to a length: %s',
    async (pattern) => {
      const fields = {
        unbound: field.string({ pattern }),
        above: field.string({ pattern, max: 321 }),
        within: field.string({ pattern, max: 320 }),
      };
      const schema = compileConfig(defineConfig({ collections: { things: collection({ fields }) } }), 'c.ts');
      const message: unknown = expect.stringContaining('set max to 320 or less');
      await expect(checkPatterns(schema, 'c.ts')).rejects.toMatchObject({
        mistakes: [
          { path: 'collections.things.fields.unbound.pattern', message },
          { path: 'collections.things.fields.above.pattern', message },
        ],
      });
    },
  );

  it('that cannot be judged is refused', async () => {
    expect(await mistakeOf({ pattern: /^[\p{L}--[a-z]]+$/v })).toContain(`${at}: cannot be judged`);
  });

  it('of the usual kind passes, whatever the length', async () => {
    const patterns = [
      /^[A-Z]{3}-\d{4}$/,
      /^#[0-9a-f]{6}$/i,
      /^[a-z]{2,40}$/,
      /^.{1,200}$/s,
      /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
      /^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$/,
      /^https?:\/\/[^\s/]+\/\S*$/,
      /^\p{L}[\p{L}\p{N} '-]*$/u,
      /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
      /^(?=.*[A-Z])(?=.*\d).{8,}$/,
      /^\d{1,3}(?:,\d{3})*(?:\.\d+)?$/,
      '^DE\\d{2} ?(?:\\d{4} ?){4}\\d{2}$',
    ];
    const fields = Object.fromEntries(patterns.map((pattern, index) => [`code${index}`, field.string({ pattern })]));
    const schema = compileConfig(defineConfig({ collections: { things: collection({ fields }) } }), 'concord.config.ts');
    await checkPatterns(schema, 'concord.config.ts');
  });
});

it('says where each of them is, also in the rows of a list', async () => {
  const pattern = /^(a+)+$/;
  const fields = { code: field.string({ pattern }), lines: field.list({ item: field.string({ pattern }) }) };
  const schema = compileConfig(defineConfig({ collections: { things: collection({ fields }) } }), 'c.ts');
  await expect(checkPatterns(schema, 'c.ts')).rejects.toMatchObject({
    mistakes: [{ path: 'collections.things.fields.code.pattern' }, { path: 'collections.things.fields.lines.item.pattern' }],
  });
});
