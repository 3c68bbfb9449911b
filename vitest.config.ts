import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from './tests/chromium.ts';
import { lookAt } from './tests/media/look-at.ts';

const alias = { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) };
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Four machines: plain Node, Node with a DOM (runes with effects), real Chromium, real server and ffmpeg. */
export default defineConfig({
	test: {
		projects: [
			{
				resolve: { alias },
				test: {
					name: 'unit',
					environment: 'node',
					include: ['src/**/*.test.ts', 'sync-server/**/*.test.ts', 'scripts/**/*.test.ts'],
					exclude: ['**/*.dom.test.ts', '**/*.browser.test.ts'],
					// Of a machine under load: no test is about time.
					testTimeout: 60_000,
				},
			},
			{
				plugins: [svelte()],
				resolve: { alias, conditions: ['browser'] },
				test: { name: 'dom', environment: 'happy-dom', include: ['src/**/*.dom.test.ts'], testTimeout: 60_000 },
			},
			{
				plugins: [svelte()],
				resolve: { alias },
				server: { headers: isolation },
				worker: { format: 'es' },
				publicDir: 'static',
				optimizeDeps: {
					include: [
						...['mediabunny', '@mediabunny/aac-encoder', '@zip.js/zip.js', 'zod', 'dexie', 'yjs'],
						...['@jsquash/webp/codec/enc/webp_enc_simd.js', '@jsquash/webp/meta.js'],
						// Components in browser tests; found late, they would reload the page in the middle of a test.
						...['audio-lines', 'circle-alert', 'info', 'triangle-alert'].map((icon) => `@lucide/svelte/icons/${icon}`),
					],
				},
				test: {
					name: 'browser',
					include: ['src/**/*.browser.test.ts'],
					globalSetup: ['tests/fixtures/make.ts', 'tests/media/range-server.ts'],
					testTimeout: 60_000,
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						commands: { lookAt },
						provider: playwright({ launchOptions: chromiumLaunch() }),
						instances: [{ browser: 'chromium' }],
					},
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'integration',
					environment: 'node',
					include: ['tests/integration/**/*.test.ts'],
					globalSetup: ['tests/fixtures/make.ts'],
					testTimeout: 60_000,
				},
			},
		],
	},
});
