import path from 'node:path';
import { defineConfig } from 'vite';
import { STYLE } from './src/report/html/style.ts';

const ID = 'virtual:report.css';

/** The page of `sshwhy serve`: src/web/page becomes dist/web. */
export default defineConfig({
  root: path.join(import.meta.dirname, 'src/web/page'),
  plugins: [
    {
      name: 'style-of-reports',
      resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
      load: (id) => (id === `\0${ID}` ? STYLE : undefined),
    },
  ],
  build: {
    outDir: path.join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page takes neither inline scripts nor data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
