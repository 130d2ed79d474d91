/** Builds the page; scripts/tower.js says where to, and when it is needed. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    // Chromium, Firefox and Safari of the last two years.
    target: 'baseline-widely-available',
    // Nothing inline: the page is served with a content security policy that allows its own files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
});
