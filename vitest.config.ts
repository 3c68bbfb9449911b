import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromiumLaunch, softwareGpuFlags } from './tests/chromium.ts';
import { PATIENCE_MS } from './tests/patience.ts';
import { SlowFirst } from './tests/slow-first.ts';
import { lookAt } from './tests/media/look-at.ts';

const alias = { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) };
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Of files at a time. Vitest leaves a core free for whoever works beside it: of two, that is every second one. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

/** Of a machine under load: no test is about time. `vi.waitFor` takes its patience from `tests/patient.ts`. */
const patient = {
	setupFiles: ['tests/patient.ts'],
	expect: { poll: { timeout: PATIENCE_MS } },
	testTimeout: 180_000,
	hookTimeout: 180_000,
};

/** Tests in the real Chromium: those named `x.<name>.test.ts`. */
const inChromium = (name: 'browser' | 'gpu', flags: readonly string[] = []): TestProjectInlineConfiguration => ({
	plugins: [svelte()],
	resolve: { alias },
	server: { headers: isolation },
	worker: { format: 'es' },
	publicDir: 'static',
	cacheDir: `node_modules/.vite/${name}`,
	optimizeDeps: {
		include: [
			...['mediabunny', '@mediabunny/aac-encoder', '@zip.js/zip.js', 'zod', 'dexie', 'yjs', 'onnx-proto'],
			...['@jsquash/webp/codec/enc/webp_enc_simd.js', '@jsquash/webp/meta.js'],
			// Components in browser tests; found late, they would reload the page in the middle of a test.
			...['audio-lines', 'circle-alert', 'info', 'triangle-alert'].map((icon) => `@lucide/svelte/icons/${icon}`),
		],
	},
	test: {
		name,
		...patient,
		maxWorkers,
		include: [`src/**/*.${name}.test.ts`],
		globalSetup: ['tests/fixtures/make.ts', ...(name === 'browser' ? ['tests/media/range-server.ts'] : [])],
		browser: {
			enabled: true,
			headless: true,
			screenshotFailures: false,
			commands: { lookAt },
			provider: playwright({ launchOptions: chromiumLaunch(flags) }),
			instances: [{ browser: 'chromium' }],
		},
	},
});

/** Four machines: plain Node, Node with a DOM (runes with effects), real Chromium, real server and ffmpeg. */
export default defineConfig({
	test: {
		sequence: { sequencer: SlowFirst },
		projects: [
			{
				resolve: { alias },
				test: {
					name: 'unit',
					...patient,
					environment: 'node',
					maxWorkers,
					include: ['src/**/*.test.ts', 'sync-server/**/*.test.ts', 'scripts/**/*.test.ts'],
					exclude: ['**/*.dom.test.ts', '**/*.browser.test.ts', '**/*.gpu.test.ts'],
				},
			},
			{
				plugins: [svelte()],
				resolve: { alias, conditions: ['browser'] },
				test: {
					name: 'dom',
					...patient,
					environment: 'happy-dom',
					include: ['src/**/*.dom.test.ts'],
					maxWorkers,
				},
			},
			inChromium('browser'),
			// Pages with a graphics processor that is imitated in software are slow at all else.
			inChromium('gpu', softwareGpuFlags),
			{
				resolve: { alias },
				test: {
					name: 'integration',
					...patient,
					environment: 'node',
					maxWorkers,
					include: ['tests/integration/**/*.test.ts'],
					globalSetup: ['tests/fixtures/make.ts'],
				},
			},
		],
	},
});
