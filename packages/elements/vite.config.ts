import { defineConfig } from 'vite';

/**
 * One file that a page names in a script tag, with all that it needs at first; what not every page wants, the editor before
 * all, lies in files of its own, which are fetched when it is on the page.
 */
export default defineConfig({
  base: './',
  build: {
    target: 'es2023',
    modulePreload: false,
    rolldownOptions: {
      input: { elements: 'src/index.ts', chat: 'src/chat.ts' },
      // What the files that come later share with this one lies in this one.
      preserveEntrySignatures: 'allow-extension',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: ({ name }) => (name.includes('editor') ? 'editor-[hash].js' : '[name]-[hash].js'),
      },
    },
  },
});
