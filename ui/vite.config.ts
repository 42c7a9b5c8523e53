import react from '@vitejs/plugin-react';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const server = process.env.IMSOP_URL ?? 'http://127.0.0.1:8080';
const root = path.dirname(fileURLToPath(import.meta.url));
const SERVER_PATHS = [
  '/auth',
  '/users',
  '/operations',
  '/inventory',
  '/ingest',
  '/graphql',
  '/viz',
  '/health',
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': path.join(root, 'src') } },
  server: {
    proxy: Object.fromEntries(
      SERVER_PATHS.map((prefix) => [`^${prefix}(/|$)`, { target: server, ws: true }]),
    ),
  },
  build: {
    // The content security policy allows no `data:` for fonts and scripts: everything is a file of its own.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
            { name: 'mantine', test: /node_modules[\\/](@mantine|@floating-ui|dayjs)[\\/]/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
  },
});
