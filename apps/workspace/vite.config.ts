import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** A server of one's own, for `vite dev`; what is built is served by Concord itself. */
const server = 'http://localhost:4000';

export default defineConfig({
  plugins: [react()],
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
