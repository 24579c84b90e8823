import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { absolute, listFiles, readManifests, readText } from './tree.ts';

/** `[text](target)` and `![alt](target)`, outside of code. */
const link = /\]\((?<target>[^()\s]+)\)/g;

describe('the documents', () => {
  const documents = listFiles('**/*.md');

  it('link to what is there', () => {
    const dead = documents.flatMap((path) => {
      const prose = readText(path)
        .replaceAll(/^```.*?^```/gms, '')
        .replaceAll(/`[^`\n]*`/g, '');
      return [...prose.matchAll(link)]
        .map((match) => match.groups?.['target'] ?? '')
        .filter((target) => !/^(?:[a-z]+:|#)/.test(target))
        .filter((target) => !existsSync(absolute(posix.join(posix.dirname(path), target.replace(/#.*$/, '')))))
        .map((target) => `${path}: ${target}`);
    });
    expect(dead).toEqual([]);
  });

  it('stand beside their owners', () => {
    const owners = readManifests().filter(({ folder }) => folder !== 'test');
    expect(owners.map(({ folder }) => posix.join(folder, 'README.md')).filter((path) => !documents.includes(path))).toEqual([]);
  });
});
