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

export default defineConfig({
  plugins: [react(), elements()],
  build: {
    target: 'es2023',
    rolldownOptions: {
      output: {
        // What the editor stands on changes less often than the page does.
        codeSplitting: {
          groups: [
            { name: 'documents', test: /node_modules[\\/](yjs|y-protocols|lib0|@hocuspocus)[\\/]/ },
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
