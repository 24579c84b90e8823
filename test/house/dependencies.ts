import { posix } from 'node:path';

/** Who may depend on whom, and on what. */
export interface DependencyTable {
  /** Folder to the packages (`@concord/<folder>`) it may use. `*`: all. */
  readonly mayUse: Readonly<Record<string, readonly string[] | '*'>>;
  /** Folders whose code runs in browsers, too: no `node:` module outside their tests. */
  readonly withoutNode: readonly string[];
  /** A dependency to the only folders that may import it. */
  readonly onlyIn: Readonly<Record<string, readonly string[]>>;
}

/** `packages/server/src/x.ts` → `packages/server`; `test/kit/x.ts` → `test`; what belongs to no package → `.`. */
export function packageFolder(path: string): string {
  return /^(?:(?:packages|apps)\/[^/]+|test)(?=\/)/.exec(path)?.[0] ?? '.';
}

/** Everything that a source file imports, by any form of import. */
export function findImports(source: string): string[] {
  const forms = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
    /^\s*import\s*['"]([^'"\n]+)['"]/gm,
    /\bimport\(\s*['"]([^'"\n]+)['"]/g,
    /\brequire(?:\.resolve)?\(\s*['"]([^'"\n]+)['"]/g,
    /\bimport\.meta\.resolve\(\s*['"]([^'"\n]+)['"]/g,
  ];
  return [...new Set(forms.flatMap((form) => [...source.matchAll(form)].map((match) => match[1] ?? '')))];
}

/** What is wrong with one import, or undefined. */
export function judgeImport(table: DependencyTable, path: string, specifier: string): string | undefined {
  const from = packageFolder(path);
  const fault = (why: string) => `${path} imports ${specifier}: ${why}`;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    // The demo config is no package's: what proves the product as it ships reads it from its place.
    if (from === 'test' && /^apps\/[^/]+\/[^/]+$/.test(target)) return undefined;
    return packageFolder(target) === from ? undefined : fault('a relative path may not leave its package');
  }
  if (specifier.startsWith('node:')) {
    const portable = table.withoutNode.includes(from) && path.startsWith(`${from}/src/`) && !isTest(path);
    return portable ? fault('this code has no I/O, and runs in browsers') : undefined;
  }
  const ours = /^@concord\/([^/]+)/.exec(specifier)?.[1];
  if (ours !== undefined) return judgeUse(table, from, ours) === undefined ? undefined : fault(judgeUse(table, from, ours) ?? '');
  for (const [dependency, folders] of Object.entries(table.onlyIn)) {
    const isIt = specifier === dependency || specifier.startsWith(`${dependency}/`);
    if (isIt && !folders.some((folder) => path.startsWith(`${folder}/`))) return fault(`only ${folders.join(', ')} may`);
  }
  return undefined;
}

/** Why `folder` may not use the package in `packages/<target>`, or undefined. */
export function judgeUse(table: DependencyTable, folder: string, target: string): string | undefined {
  const allowed = table.mayUse[folder];
  if (allowed === undefined) return `${folder} is not in the table`;
  if (allowed === '*' || allowed.includes(target) || folder === `packages/${target}`) return undefined;
  return `${folder} may use ${allowed.join(', ') || 'nothing of ours'}`;
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}
