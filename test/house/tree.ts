import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Made by tools, or by running the product: not ours to judge, and not in the repository. */
const foreign = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo', '.concord']);

/** Paths of the repository's own files that match, from its root, with `/` between folders. */
export function listFiles(...patterns: string[]): string[] {
  const entries = globSync(patterns, { cwd: root, withFileTypes: true, exclude: (entry) => foreign.has(entry.name) });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

export function absolute(path: string): string {
  return join(root, path);
}

export function readText(path: string): string {
  return readFileSync(absolute(path), 'utf8');
}

export interface Manifest {
  readonly name: string;
  readonly folder: string;
  /** Package name to version, from every kind of dependency but peers. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** What whoever uses it brings along, by range. */
  readonly peers: Readonly<Record<string, string>>;
}

/** The package.json of the root and of every package. */
export function readManifests(): Manifest[] {
  return listFiles('package.json', '{packages,apps}/*/package.json', 'test/package.json').map((path) => {
    const json = JSON.parse(readText(path)) as Record<string, Record<string, string> | undefined> & { name: string };
    return {
      name: json.name,
      folder: dirname(path),
      dependencies: {
        // A peer is whatever version whoever uses the package has; the one that is tried here stands among the others.
        ...json['peerDependencies'],
        ...json['dependencies'],
        ...json['devDependencies'],
        ...json['optionalDependencies'],
      },
      peers: json['peerDependencies'] ?? {},
    };
  });
}
