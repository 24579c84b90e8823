import { describe, expect, it } from 'vitest';

import { listFiles, readText } from './tree.ts';

const text = '**/*.{ts,tsx,mjs,js,json,jsonc,yaml,yml,md,html,css,sh}';
const tests = 'test/**/*.ts';

/** `path:line` of each line of the files that matches. */
function findLines(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((path) =>
    readText(path)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

describe('no file of the repository', () => {
  const all = listFiles(text, '.*', '.*/**', 'LICENSE');

  it('is overlooked here', () => {
    expect(all).toEqual(expect.arrayContaining(['package.json', '.gitignore', '.ci/run', 'packages/protocol/src/index.ts']));
  });

  it('points out of the repository', () => {
    // The one place where the recorded sessions are looked for; everything else asks CONCORD_TRACES.
    const others = all.filter((path) => path !== '.ci/run');
    expect(findLines(others, new RegExp(['\\.\\.', 'shared'].join('/')))).toEqual([]);
  });

  it('names a registry', () => {
    expect(
      findLines(all, /^\s*(?:@[\w-]+:)?registry\s*[=:]|npm_config_registry|--registry\b/i).filter(
        (line) => !line.startsWith('test/house/'),
      ),
    ).toEqual([]);
  });

  it('has a name that says nothing', () => {
    const empty = /(?:^|\/)(?:utils?|helpers?|commons?|shared|manager|misc)(?:\/|\.[^/]*$|$)/;
    expect(all.filter((path) => empty.test(path))).toEqual([]);
  });
});

describe('no test', () => {
  const files = listFiles(
    tests,
    '{packages,apps}/*/src/**/*.test.{ts,tsx}',
    'packages/*/src/**/conformance*.ts',
    'scripts/**/*.test.*',
  );

  it('is switched off, or keeps the others from running', () => {
    expect(findLines(files, /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:only|skip|todo|fails)\b|\bx(?:it|describe)\(/)).toEqual(
      [],
    );
  });

  it('is tried again when it fails', () => {
    const option = /(?<=[{,]\s*)retry\s*:\s*(?:\d|\{)|\b(?:it|test|describe|suite)(?:\.\w+)*\.retry\(|--retry/;
    expect(
      findLines([...files, 'vitest.config.ts', 'package.json'], option).filter(
        (line) => !/retry: 0,/.test(line) && !line.startsWith('test/house/'),
      ),
    ).toEqual([]);
  });
});
