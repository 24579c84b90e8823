import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** A server of one's own, for `vite dev`; what is built is served by Concord itself. */
const server = 'http://localhost:4000';

/** The elements as they were built, at `/elements/elements.js`: for pages that name them in a script tag. */
function elements(): Plugin {
  return {
    name: 'concord-elements',
    apply: 'build',
    async closeBundle() {
      const built = fileURLToPath(new URL('../dist', import.meta.resolve('@concord/elements')));
      await cp(built, new URL('dist/elements', import.meta.url), { recursive: true });
    },
  };
}

/** Tells the service worker what was built, so that it can keep all of it. */
function builtAddresses(): Plugin {
  return {
    name: 'built-addresses',
    generateBundle(_options, bundle) {
      const worker = bundle['service-worker.js'];
      if (worker?.type !== 'chunk') throw new Error('There is no service worker in the build.');
      const built = Object.keys(bundle).filter((name) => name.startsWith('assets/'));
      worker.code = worker.code.replaceAll('__BUILT__', JSON.stringify(built.map((name) => `/${name}`)));
    },
  };
}

export default defineConfig({
  plugins: [react(), builtAddresses(), elements()],
  build: {
    target: 'es2023',
    rolldownOptions: {
      input: { page: 'index.html', 'service-worker': 'service-worker/service-worker.ts' },
      output: {
        // A service worker keeps its address, or it would be another one after each build.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
        // What the editor stands on changes less often than the page does.
        codeSplitting: {
          groups: [
            { name: 'documents', test: /node_modules[\\/](yjs|y-protocols|lib0)[\\/]/ },
            { name: 'prosemirror', test: /node_modules[\\/](prosemirror-[a-z-]+|@tiptap[\\/](pm|y-tiptap))[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/sync': { target: server, ws: true },
    },
  },
});
