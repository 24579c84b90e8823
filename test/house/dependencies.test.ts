import { describe, expect, it } from 'vitest';

import { findImports, judgeImport, judgeUse, packageFolder, type DependencyTable } from './dependencies.ts';
import { listFiles, readManifests, readText } from './tree.ts';

/** Section 8 of the design: apps → react, elements → client → schema → protocol ← store ← server. */
const table: DependencyTable = {
  mayUse: {
    'packages/protocol': [],
    'packages/schema': ['protocol'],
    'packages/store': ['protocol'],
    'packages/server': ['store', 'schema', 'protocol'],
    'packages/client': ['schema', 'protocol'],
    'packages/react': ['client', 'schema', 'protocol'],
    'packages/elements': ['client', 'schema', 'protocol'],
    'apps/examples': ['react', 'elements', 'client', 'schema', 'protocol'],
    'apps/workspace': ['react', 'elements', 'client', 'schema', 'protocol'],
    // Only here do server and client meet.
    test: '*',
    // The root holds tools, which know the packages by their folders alone.
    '.': [],
  },
  withoutNode: ['packages/protocol', 'packages/schema', 'packages/client', 'packages/react', 'packages/elements'],
  onlyIn: {
    // The benchmark measures against it as it comes.
    '@hocuspocus/server': ['packages/server/src/documents', 'test/bench'],
    level: ['packages/store/src/level'],
    '@hocuspocus/provider': ['packages/client', 'packages/react', 'packages/elements', 'apps', 'test'],
  },
};

describe('dependencies point one way', () => {
  it('in every package.json', () => {
    const faults = readManifests().flatMap(({ folder, dependencies }) =>
      Object.keys(dependencies)
        .filter((name) => name.startsWith('@concord/'))
        .map((name) => judgeUse(table, folder, name.slice('@concord/'.length)))
        .filter((fault) => fault !== undefined),
    );
    expect(faults).toEqual([]);
  });

  it('in every import', () => {
    const files = listFiles('**/*.{ts,tsx,mts,js,mjs,jsx}');
    expect(files.length).toBeGreaterThan(10);
    const faults = files.flatMap((path) =>
      findImports(readText(path))
        .map((specifier) => judgeImport(table, path, specifier))
        .filter((fault) => fault !== undefined),
    );
    expect(faults).toEqual([]);
  });

  it('with every package in the table, and named for its folder', () => {
    const packages = readManifests().filter(({ folder }) => folder !== '.');
    expect(packages.filter(({ folder }) => !Object.hasOwn(table.mayUse, folder))).toEqual([]);
    expect(packages.filter(({ folder, name }) => name !== `@concord/${folder.split('/').at(-1)}`)).toEqual([]);
  });

  it('in a table without a cycle, in which server and client do not meet', () => {
    const reach = (folder: string, seen: readonly string[] = []): string[] => {
      expect(seen).not.toContain(folder);
      const next = table.mayUse[folder];
      return next === '*' || next === undefined
        ? []
        : next.flatMap((name) => [name, ...reach(`packages/${name}`, [...seen, folder])]);
    };
    const meeting = Object.keys(table.mayUse).filter((folder) => {
      const reached = [...reach(folder), folder.replace('packages/', '')];
      return reached.includes('server') && reached.includes('client');
    });
    expect(meeting).toEqual([]);
  });
});

describe('the judge', () => {
  it.each([
    ['packages/server/src/x.ts', '@concord/client'],
    ['packages/protocol/src/x.ts', '@concord/schema'],
    ['packages/store/src/x.ts', '@concord/schema'],
    ['apps/workspace/src/x.ts', '@concord/server'],
    ['packages/server/src/x.ts', '../../store/src/level/index.ts'],
    ['packages/schema/src/x.ts', 'node:fs'],
    ['packages/server/src/http/x.ts', '@hocuspocus/server'],
    ['packages/unheard-of/src/x.ts', '@concord/protocol'],
    ['test/kit/x.ts', '../../packages/server/src/index.ts'],
  ])('refuses %s importing %s', (path, specifier) => {
    expect(judgeImport(table, path, specifier)).toContain(specifier);
  });

  it.each([
    ['packages/server/src/documents/x.ts', '@hocuspocus/server'],
    ['packages/store/src/conformance.ts', '@concord/store/level'],
    ['packages/schema/src/x.test.ts', 'node:fs'],
    ['packages/server/src/x.ts', './documents/y.ts'],
    ['test/e2e/x.ts', '@concord/client'],
    ['test/e2e/x.ts', '../../apps/workspace/concord.config.ts'],
  ])('lets %s import %s', (path, specifier) => {
    expect(judgeImport(table, path, specifier)).toBeUndefined();
  });

  it('sees every form of import', () => {
    const source = [
      `import a from 'a';`,
      `import type {`,
      `  B,`,
      `} from "b";`,
      `export * from 'c';`,
      `  import 'd';`,
      `const e = await import('e');`,
      `type F = import('f').F;`,
      `const g = require('g');`,
      `const h = import.meta.resolve('h');`,
      ` * import not from 'a-comment';`,
    ].join('\n');
    expect(findImports(source).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  });

  it('knows where a file belongs', () => {
    expect(packageFolder('packages/server/src/x.ts')).toBe('packages/server');
    expect(packageFolder('test/kit/x.ts')).toBe('test');
    expect(packageFolder('vitest.config.ts')).toBe('.');
    expect(packageFolder('scripts/run.mjs')).toBe('.');
  });
});
