import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { absolute, readText } from './tree.ts';

interface Proof {
  readonly path: string;
  readonly title: string;
}

/** `| what is kept | [name](file) | ``title`` |`: what the last two say, of every row that links a file. */
const row = /^\|.*\| *\[[^\]]+\]\((?<path>[^)]+)\) *\| *(?<title>.*?) *\|$/gm;

function readProofs(): Proof[] {
  return [...readText('THREAT-MODEL.md').matchAll(row)].map(({ groups }) => ({
    path: groups?.['path'] ?? '',
    title: /^`(?<title>[^`]+)`$/.exec(groups?.['title'] ?? '')?.groups?.['title'] ?? '',
  }));
}

/** Whether a test, or a group of them, is called that. */
function hasTest(source: string, title: string): boolean {
  const spelled = ["'", '"', '`'].map((quote) => `${quote}${title.replaceAll(quote, `\\${quote}`)}${quote}`);
  return spelled.some((literal) => {
    const at = source.indexOf(literal);
    // Only a call begins in front of it, and its arguments go on behind.
    return at >= 0 && /\(\s*$/.test(source.slice(0, at)) && /^\s*,/.test(source.slice(at + literal.length));
  });
}

describe('the threat model', () => {
  const proofs = readProofs();

  it('names for each claim a test that is there, by file and title', () => {
    expect(proofs.length).toBeGreaterThan(50);
    const missing = proofs.filter(({ path, title }) => !existsSync(absolute(path)) || !hasTest(readText(path), title));
    expect(missing).toEqual([]);
  });

  it('has a claim in each row, or in the one above it', () => {
    const text = readText('THREAT-MODEL.md');
    const rows = text.split('\n').filter((line) => /\.test\.ts\)/.test(line));
    expect(rows).toHaveLength(proofs.length);
    expect(text).not.toMatch(/^\| kept .*\n\| -.*\n\| +\|/m);
  });
});

describe('its judge', () => {
  it.each([
    ["it('a title', () => {});", true],
    ['it("a title", async () => {});', true],
    ['it.each([1])(\n  `a title`,\n  () => {},\n);', true],
    ["it('not a title', () => {});", false],
    ["it('a title of more', () => {});", false],
    ["// it: 'a title'", false],
    ["const title = 'a title';", false],
  ])('of %j', (source, isThere) => {
    expect(hasTest(source, 'a title')).toBe(isThere);
  });

  it('knows a title with a quote in it', () => {
    expect(hasTest(`it("another's", () => {});`, "another's")).toBe(true);
    expect(hasTest(`it('another\\'s', () => {});`, "another's")).toBe(true);
  });
});
