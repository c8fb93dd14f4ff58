/** What building and developing have in common. */
import type { InlineConfig } from 'vite';

export const settings = {
  root: import.meta.dirname,
  configFile: false,
  base: '/',
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    // Inlined files would need `data:` for more than pictures.
    assetsInlineLimit: 0,
    sourcemap: false,
    chunkSizeWarningLimit: 1000,
    // "use client" is for servers that draw pages.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
} satisfies InlineConfig;
