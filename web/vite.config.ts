import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Built into the Python package, which serves it under /static/ and reads manifest.json to find each entry's files.
export default defineConfig({
  base: "/static/",
  publicDir: "public",
  css: {
    preprocessorOptions: { scss: { loadPaths: [here("node_modules/@uswds/uswds/packages")], quietDeps: true } },
  },
  resolve: { alias: { "@uswds-dist": here("node_modules/@uswds/uswds/dist") } },
  build: {
    outDir: here("../src/tessera/web/static"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: { main: here("src/main.ts"), map: here("src/map.ts") } },
  },
});
