import { ConcordError } from '@concord/protocol';
import { collection, compileConfig, defineConfig, field, type CollectionSchema } from '@concord/schema';
import { describe, expect, it } from 'vitest';
import { parseSnackbaseFilter, translateFilter } from './filter.ts';

const config = defineConfig({
  collections: {
    posts: collection({
      fields: {
        title: field.string(),
        views: field.number(),
        draft: field.boolean(),
        created_by: field.string(),
        tags: field.set(),
      },
    }),
  },
});
const posts = compileConfig(config, 'concord.config.ts').collections.get('posts') as CollectionSchema;

describe("a filter of SnackBase's", () => {
  it.each([
    ["title = 'a'", "title = 'a'"],
    ['title = "a"', "title = 'a'"],
    ['title != "it\'s"', "title != 'it''s'"],
    ["title = 'it\\'s'", "title = 'it''s'"],
    ["title = 'a\\\\b'", "title = 'a\\b'"],
    ["title = 'a\\b'", "title = 'a\\b'"],
    ["title = '\\\\'", "title = '\\'"],
    ['title = "or 1 = 1 || ("', "title = 'or 1 = 1 || ('"],
    ['views > 1 && views >= 1.5', 'views > 1 and views >= 1.5'],
    ['views < -2 || views <= 3 && draft = true', 'views < -2 or views <= 3 and draft = true'],
    ['(views < 2 || views > 3) && !(draft = TRUE)', '(views < 2 or views > 3) and not (draft = true)'],
    ['(title ~ "%a%")', "(title contains 'a')"],
    ['title ~ "a"', "title contains 'a'"],
    ['title IN (\'a\', "b")', "title in ('a', 'b')"],
    ['views in (1,2)', 'views in (1, 2)'],
    ['title IS NULL', 'title is null'],
    ['title is not null', 'title is not null'],
    ['title = null', 'title = null'],
    ["created_at >= '2026-01-01' && id = 'x'", "createdAt >= '2026-01-01' and id = 'x'"],
    // An own field of that name goes before the system's.
    ["created_by = 'ada' && updated_by = 'ada'", "created_by = 'ada' and updatedBy = 'ada'"],
  ])('%s says %s', (theirs, ours) => {
    expect(translateFilter(theirs, posts)).toBe(ours);
    expect(parseSnackbaseFilter(theirs, posts).text).toBe(ours);
  });

  it.each([
    ['', 'Expected a field, ! or ( at position 0'],
    ['title', 'Expected = != > >= < <= ~ IN or IS at position 5'],
    ['title =', 'Expected a value at position 7'],
    ['title == 1', 'Expected a value at position 7'],
    ['title = a', 'Expected a value at position 8'],
    ["title = 'a", 'Unterminated string literal at position 8'],
    ["title = 'a\\'", 'Unterminated string literal at position 8'],
    ["title = 'a' and views = 1", 'Expected &&, || or the end at position 12'],
    ["title = 'a' & views = 1", "Invalid character '&' at position 12"],
    ["(title = 'a'", 'Expected ) at position 12'],
    ["title = 'a')", 'Expected &&, || or the end at position 11'],
    ['title ~ 1', 'Expected text in quotes at position 8'],
    ["title ~ 'a%'", "Expected text, or '%text%' at position 8"],
    ['title IN 1', 'Expected ( at position 9'],
    ['title IN ()', 'Expected a value at position 10'],
    ['title IS 1', 'Expected NULL at position 9'],
    ['password = 1', "Unknown field 'password' at position 0"],
    ['createdAt = 1', "Unknown field 'createdAt' at position 0"],
    ['contains = 1', "Unknown field 'contains' at position 0"],
    ['__proto__ = 1', "Unknown field '__proto__' at position 0"],
    [`${'('.repeat(40)}views = 1${')'.repeat(40)}`, 'Expected at most 32 levels at position 32'],
    [`${'!'.repeat(4096)}`, 'Expected at most 32 levels at position 32'],
    ['views = "many"', 'Expected a number for views'],
    ['tags = "a"', '"=" does not apply to tags (set): expected contains'],
    [`views = ${'1'.repeat(5000)}`, 'A filter has at most 4096 characters'],
  ])('%s is refused', (text, message) => {
    const refusal = (): unknown => parseSnackbaseFilter(text, posts);
    expect(refusal).toThrow(ConcordError);
    expect(refusal).toThrow(expect.objectContaining({ code: 'invalid_filter', message }));
  });
});
