import { globSync } from 'node:fs';
import { defineConfig } from 'vite';

/** A server of one's own, for `vite dev`; what is built is served by Concord itself. */
const server = 'http://localhost:4000';

export default defineConfig({
  base: '/examples/',
  resolve: {
    // y-monaco asks for Monaco by a path that it had before its package said what it exports.
    alias: { 'monaco-editor/esm/vs/editor/editor.api.js': 'monaco-editor/editor/editor.api.js' },
    // Two copies of Yjs in a page do not recognise each other's types.
    dedupe: ['yjs', 'y-protocols'],
  },
  build: {
    target: 'es2024',
    // Monaco is as large as it is.
    chunkSizeWarningLimit: 5_000,
    rolldownOptions: { input: globSync('*.html', { cwd: import.meta.dirname }) },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': server,
      '/sync': { target: server, ws: true },
      '/yjs': { target: server, ws: true },
    },
  },
});
