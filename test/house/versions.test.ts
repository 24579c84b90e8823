import { describe, expect, it } from 'vitest';

import { readManifests, readText } from './tree.ts';

/** A version, or an alias of one: `1.2.3`, `1.2.3-rc.1`, `npm:other@1.2.3`. */
const pinned = /^(?:npm:(?:@[^@/]+\/)?[^@]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** The two-column part of pnpm-workspace.yaml under `section`. */
function readSection(section: string): Map<string, string> {
  const lines = readText('pnpm-workspace.yaml').split('\n');
  const body = lines.slice(lines.indexOf(`${section}:`) + 1);
  const end = body.findIndex((line) => /^\S/.test(line));
  const entries = body.slice(0, end === -1 ? undefined : end).flatMap((line) => {
    const [, name, version] = /^ {2}'?([^':]+)'?: '?([^'#]+?)'?$/.exec(line) ?? [];
    return name === undefined || version === undefined ? [] : [[name, version] as const];
  });
  return new Map(entries);
}

describe('versions', () => {
  const catalog = readSection('catalog');
  const overrides = readSection('overrides');

  it('are pinned in the catalog', () => {
    expect(catalog.size).toBeGreaterThan(20);
    expect([...catalog].filter(([, version]) => !pinned.test(version))).toEqual([]);
    expect([...overrides].filter(([, version]) => version !== 'catalog:' && !pinned.test(version))).toEqual([]);
  });

  it('stand nowhere but in the catalog', () => {
    const elsewhere = readManifests().flatMap(({ folder, dependencies }) =>
      Object.entries(dependencies)
        .filter(([name, version]) => version !== (name.startsWith('@concord/') ? 'workspace:*' : 'catalog:'))
        .map(([name, version]) => `${folder}: ${name} ${version}`),
    );
    expect(elsewhere).toEqual([]);
  });

  it('are given as ranges only to what a user of a package brings along, and are tried here', () => {
    for (const { folder, peers, dependencies } of readManifests())
      for (const [name, range] of Object.entries(peers)) {
        expect(range, `${folder}: ${name}`).toMatch(/^>=\d+$/);
        expect(dependencies, folder).toHaveProperty([name], 'catalog:');
      }
  });

  it('are all used', () => {
    const used = new Set(readManifests().flatMap(({ dependencies }) => Object.keys(dependencies)));
    expect([...catalog.keys()].filter((name) => !used.has(name))).toEqual([]);
  });

  it('are in the lockfile by name and hash, without a host', () => {
    const lines = readText('pnpm-lock.yaml').split('\n');
    expect(lines.filter((line) => /:\/\/|\btarball:|\bregistry:|git\+|\bfile:/.test(line))).toEqual([]);
  });

  it('are the same in the lockfile as in the catalog', () => {
    const lock = readText('pnpm-lock.yaml');
    const section = lock.slice(lock.indexOf('catalogs:'), lock.indexOf('\nimporters:'));
    const locked = [...section.matchAll(/^ {4}'?([^':\n]+)'?:\n {6}specifier: (.+)$/gm)];
    expect(locked.length).toBeGreaterThan(20);
    expect(locked.filter(([, name = '', specifier]) => catalog.get(name) !== specifier)).toEqual([]);
  });

  it('include one pnpm', () => {
    expect(JSON.parse(readText('package.json'))).toHaveProperty('packageManager', expect.stringMatching(/^pnpm@\d+\.\d+\.\d+$/));
  });
});
