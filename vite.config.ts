import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { chunkReport } from './scripts/chunk-report.mjs';
import { workerChunks } from './scripts/worker-chunks.mjs';

/** SharedArrayBuffer and precise timers exist only on isolated pages (https://web.dev/articles/coop-coep). */
const isolation = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
	'Cross-Origin-Resource-Policy': 'same-origin',
};

export default defineConfig({
	plugins: [sveltekit(), chunkReport(), workerChunks()],
	worker: { format: 'es' },
	// Where the build spends its time is not what a person who runs `npm start` asks.
	build: { rolldownOptions: { checks: { bundlerTimings: false } } },
	server: { headers: isolation },
	preview: { headers: isolation },
});
