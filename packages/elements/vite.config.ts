import { defineConfig } from 'vite';

/**
 * One file that a page names in a script tag, with all that it needs; the editor, which is larger than the rest, lies in
 * files of its own, which are fetched when there is an editor on the page.
 */
export default defineConfig({
  base: './',
  build: {
    target: 'es2023',
    modulePreload: false,
    rolldownOptions: {
      input: { elements: 'src/index.ts' },
      preserveEntrySignatures: 'exports-only',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: ({ name }) => (name.includes('editor') ? 'editor-[hash].js' : '[name]-[hash].js'),
      },
    },
  },
});
