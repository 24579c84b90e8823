/**
 * What the packages for browsers weigh: minified and compressed, as it is loaded at first. What is loaded later, when it is
 * wanted, is named apart. Prints a line for each, and fails where one is over its budget.
 *
 * React itself, Yjs and lib0 are the page's own, and not counted; "on top" is what a page grows by that has the client.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { root } from './place.mjs';

const kB = 1000;
const ownedByPage = /^(?:yjs|lib0|react|react-dom)(?:\/|$)/;

/** `on`: what is there already, and is not counted again. `part`: a file that is loaded later, and has a budget of its own. */
const bundles = [
  { name: 'client', source: `export { createClient } from '@concord/client';`, maxBytes: 15 * kB },
  {
    name: 'react',
    source: `export { createClient } from '@concord/client'; export * from '@concord/react';`,
    on: 'client',
    maxBytes: 5 * kB,
  },
  {
    name: 'elements',
    source: `export * from '@concord/elements';`,
    on: 'client',
    maxBytes: 30 * kB,
    part: { name: 'create-chat-view', maxBytes: 30 * kB },
  },
];

// The root has no bundler of its own: this is the one that vite builds the elements with.
const vite = createRequire(path.join(root, 'packages/elements/package.json')).resolve('vite');
const { rolldown } = await import(pathToFileURL(createRequire(vite).resolve('rolldown')).href);
// `test` depends on all that is measured.
const entry = path.join(root, 'test/bundle-sizes.js');

/** The bytes that are loaded at first, and those of each file that may come later. */
async function measure(source) {
  const bundle = await rolldown({
    input: entry,
    cwd: root,
    platform: 'browser',
    external: ownedByPage,
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      { name: 'source', resolveId: (id) => (id === entry ? id : undefined), load: (id) => (id === entry ? source : undefined) },
    ],
  });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  await bundle.close();
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const bytesOf = ({ code }) => gzipSync(code, { level: 9 }).length;
  const first = new Set();
  const visit = (chunk) => {
    if (chunk === undefined || first.has(chunk)) return;
    first.add(chunk);
    for (const name of chunk.imports) visit(chunks.get(name));
  };
  visit(output.find(({ isEntry }) => isEntry));
  const later = [...chunks.values()].filter((chunk) => !first.has(chunk));
  return {
    bytes: [...first].reduce((sum, chunk) => sum + bytesOf(chunk), 0),
    later: new Map(later.map((chunk) => [chunk.name, bytesOf(chunk)])),
  };
}

const format = (bytes) => `${(bytes / kB).toFixed(1)} kB`;

const measured = new Map();
let isOver = false;
for (const { name, source, on, maxBytes, part } of bundles) {
  const { bytes, later } = await measure(source);
  measured.set(name, bytes);
  const own = bytes - (measured.get(on) ?? 0);
  const what = [
    `${name}: ${format(own)} of ${format(maxBytes)}`,
    on === undefined ? '' : ` on top of ${on}`,
    own > maxBytes ? ', which is too much' : '',
  ];
  if (own > maxBytes) isOver = true;
  const parts = Array.from(later, ([file, size]) => `${file} ${format(size)}`);
  process.stdout.write(`${what.join('')}${parts.length === 0 ? '' : `; later ${parts.join(', ')}`}\n`);
  if (part === undefined) continue;
  const size = later.get(part.name) ?? Infinity;
  if (size > part.maxBytes) isOver = true;
  const tooMuch = size > part.maxBytes ? ', which is too much' : '';
  process.stdout.write(`${part.name}: ${format(size)} of ${format(part.maxBytes)}${tooMuch}\n`);
}
process.exitCode = isOver ? 1 : 0;
