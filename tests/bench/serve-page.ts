import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename, extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types: Readonly<Record<string, string>> = {
	'.html': 'text/html',
	'.js': 'text/javascript',
	'.mjs': 'text/javascript',
	'.json': 'application/json',
	'.css': 'text/css',
	'.wasm': 'application/wasm',
};

/** Builds the page in `page` (below the repository) like the app is built, without being part of it. */
export async function buildPage(folder: string, page = 'tests/bench/page'): Promise<void> {
	await build({
		root: join(root, page),
		configFile: false,
		logLevel: 'error',
		publicDir: false,
		// The timeline is measured as the component that it is.
		plugins: [svelte({ configFile: false })],
		resolve: { alias: { $lib: join(root, 'src/lib') } },
		worker: { format: 'es' },
		build: { outDir: folder, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: 10_000 },
	});
}

/** Serves the built page, the app's static files and a place to put outputs (`PUT /kept/<name>`), isolated like the app. */
export async function servePage(
	folder: string,
	keptFolder: string,
	more: readonly string[] = [],
): Promise<{ url: string; server: Server }> {
	const server = createServer((request, response) => {
		answer(request, response, [folder, join(root, 'static'), ...more], keptFolder).catch((thrown: unknown) => {
			response.statusCode = 500;
			response.end(String(thrown));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	return { url: `http://127.0.0.1:${port}`, server };
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	folders: readonly string[],
	keptFolder: string,
): Promise<void> {
	const path = decodeURIComponent(new URL(request.url ?? '/', 'http://bench').pathname);
	if (request.method === 'PUT') {
		await pipeline(request, createWriteStream(join(keptFolder, basename(path))));
		response.end();
		return;
	}
	const wanted = normalize(path === '/' ? '/index.html' : path);
	const file = folders
		.map((folder) => join(folder, wanted))
		.find((found) => existsSync(found) && statSync(found).isFile());
	if (file === undefined) {
		response.statusCode = 404;
		response.end();
		return;
	}
	response.writeHead(200, {
		'Content-Type': types[extname(file)] ?? 'application/octet-stream',
		'Cross-Origin-Opener-Policy': 'same-origin',
		'Cross-Origin-Embedder-Policy': 'require-corp',
		'Cross-Origin-Resource-Policy': 'same-origin',
	});
	await pipeline(createReadStream(file), response);
}
