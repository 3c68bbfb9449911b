import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: true },
	kit: {
		adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
		// Registered by hand through workbox-window, so that an update can be offered instead of forced.
		serviceWorker: { register: false },
		typescript: {
			config: (config) => ({
				...config,
				include: [
					...config.include,
					'../tests/**/*.ts',
					'../vite.config.ts',
					'../vitest.config.ts',
					'../playwright.config.ts',
					'../drizzle.config.ts',
				],
				exclude: [...config.exclude, '../tests/fixtures/made/**', '../src/**/*.worker.ts', '../src/service-worker.ts'],
			}),
		},
	},
};
