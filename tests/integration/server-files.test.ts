import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../sync-server/app.ts';
import { type Listening, listen } from '../../sync-server/listen.ts';
import { rawGet } from './raw-request.ts';

const inlineScript = '\n\t\t\tstart("app");\n\t\t';
const page = `<!doctype html><title>app</title><script src="/theme.js"></script><script>${inlineScript}</script>`;
const code = 'export const answer = 42;\n'.repeat(100);

let folder: string;
let server: Listening;
let base: string;
let port: number;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'server-files-'));
	const root = join(folder, 'build');
	await mkdir(join(root, '_app/immutable'), { recursive: true });
	await mkdir(join(root, 'wasm/ffmpeg/0.12.10'), { recursive: true });
	const files: Record<string, string | Uint8Array> = {
		'build/index.html': page,
		'build/_app/immutable/a.js': code,
		'build/_app/immutable/a.js.gz': gzipSync(code),
		'build/_app/immutable/a.js.br': brotliCompressSync(code),
		'build/_app/version.json': '{}',
		'build/wasm/ffmpeg/0.12.10/core.wasm': new Uint8Array([0, 97, 115, 109]),
		'build/manifest.webmanifest': '{}',
		'build/service-worker.js': 'self;',
		'build/model.onnx': '0123456789',
		'build/empty.txt': '',
		'build/a b%c.txt': 'odd name',
		'build/.hidden': 'TOP SECRET',
		'secret.txt': 'TOP SECRET',
	};
	for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
	await symlink(join(folder, 'secret.txt'), join(root, 'out.txt'));
	await symlink(folder, join(root, 'up'));
	await symlink(join(root, 'model.onnx'), join(root, 'inside.onnx'));

	const app = createApp({ appFolder: root, version: '1.2.3', onError: (error) => console.error(error) });
	const opened = await listen((request, env) => app.fetch(request, env), { host: 'localhost', port: 0 });
	if (!opened.ok) throw new Error(opened.error);
	server = opened.value;
	base = server.url;
	port = Number(new URL(base).port);
});

afterAll(async () => {
	await server.close(0);
	await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
	fetch(base + path, { headers, method });
const navigation = { 'Sec-Fetch-Dest': 'document', Accept: 'text/html,*/*;q=0.8' };

describe('what comes back', () => {
	test.each([
		['/', 'text/html; charset=utf-8', 'no-cache'],
		['/_app/immutable/a.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
		['/wasm/ffmpeg/0.12.10/core.wasm', 'application/wasm', 'public, max-age=31536000, immutable'],
		['/_app/version.json', 'application/json; charset=utf-8', 'no-cache'],
		['/manifest.webmanifest', 'application/manifest+json; charset=utf-8', 'no-cache'],
		['/service-worker.js', 'text/javascript; charset=utf-8', 'no-cache'],
		['/model.onnx', 'application/octet-stream', 'no-cache'],
	])('%s is %s, %s', async (path, type, caching) => {
		const response = await get(path);
		expect([response.status, response.headers.get('Content-Type'), response.headers.get('Cache-Control')]).toEqual([
			200,
			type,
			caching,
		]);
		await response.arrayBuffer();
	});

	test('a name with a space and a percent sign is found', async () => {
		expect(await (await get('/a%20b%25c.txt')).text()).toBe('odd name');
	});

	test('a link that stays inside is followed', async () => {
		expect(await (await get('/inside.onnx')).text()).toBe('0123456789');
	});

	test('an empty file is empty', async () => {
		const response = await get('/empty.txt');
		expect([response.status, response.headers.get('Content-Length'), await response.text()]).toEqual([200, '0', '']);
	});

	test('localhost answers on both of its addresses', async () => {
		expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(200);
		const six = await fetch(`http://[::1]:${port}/api/health`).catch((error: unknown) => error as Error);
		if (six instanceof Response) expect(six.status).toBe(200);
	});
});

describe('headers', () => {
	test.each(['/', '/_app/immutable/a.js', '/api/health', '/api/nothing', '/nothing.js'])(
		'%s is isolated and not sniffed',
		async (path) => {
			const { headers } = await get(path);
			expect(Object.fromEntries(headers)).toMatchObject({
				'cross-origin-opener-policy': 'same-origin',
				'cross-origin-embedder-policy': 'require-corp',
				'cross-origin-resource-policy': 'same-origin',
				'x-content-type-options': 'nosniff',
				'referrer-policy': 'no-referrer',
			});
			expect(headers.get('Permissions-Policy')).toContain('camera=()');
			expect(headers.get('Content-Security-Policy')).toContain("default-src 'self'");
		},
	);

	test('the page may run its own inline script and no other', async () => {
		const policy = (await get('/', navigation)).headers.get('Content-Security-Policy') ?? '';
		const scripts = policy.split('; ').find((part) => part.startsWith('script-src'));
		const hash = createHash('sha256').update(inlineScript).digest('base64');
		expect(scripts).toBe(`script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'`);
	});

	test('HEAD says what GET says, without a body', async () => {
		const [head, whole] = [await get('/model.onnx', {}, 'HEAD'), await get('/model.onnx')];
		const told = ({ headers, status }: Response) => [status, headers.get('Content-Length'), headers.get('ETag')];
		expect(told(head)).toEqual(told(whole));
		expect([await head.text(), await whole.text()]).toEqual(['', '0123456789']);
	});
});

describe('caching', () => {
	test('a file that the client has is not sent again, until it changes', async () => {
		const etag = (await get('/model.onnx')).headers.get('ETag') ?? '';
		const again = await get('/model.onnx', { 'If-None-Match': `"other", W/${etag}` });
		expect([again.status, await again.text(), again.headers.get('ETag')]).toEqual([304, '', etag]);
		await utimes(join(folder, 'build/model.onnx'), new Date(), new Date(Date.now() + 5000));
		expect((await get('/model.onnx', { 'If-None-Match': etag })).status).toBe(200);
	});

	test('packed forms are sent to those who take them, each with its own tag', async () => {
		const forms = await Promise.all(
			['gzip, deflate, br', 'gzip;q=1, br;q=0', 'identity'].map((accepted) =>
				get('/_app/immutable/a.js', { 'Accept-Encoding': accepted }),
			),
		);
		expect(forms.map(({ headers }) => headers.get('Content-Encoding'))).toEqual(['br', 'gzip', null]);
		expect(new Set(forms.map(({ headers }) => headers.get('ETag'))).size).toBe(3);
		for (const form of forms) {
			expect(form.headers.get('Vary')).toBe('Accept-Encoding');
			expect(form.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
			expect(await form.text()).toBe(code);
		}
		expect((await get('/_app/immutable/a.js.gz')).status).toBe(404);
	});
});

describe('ranges', () => {
	test.each([
		['bytes=2-4', 206, 'bytes 2-4/10', '234'],
		['bytes=7-', 206, 'bytes 7-9/10', '789'],
		['bytes=-2', 206, 'bytes 8-9/10', '89'],
		['bytes=8-99', 206, 'bytes 8-9/10', '89'],
		['bytes=0-0', 206, 'bytes 0-0/10', '0'],
		['bytes=0-1,3-4', 200, null, '0123456789'],
		['bytes=4-2', 200, null, '0123456789'],
		['lines=1-2', 200, null, '0123456789'],
	])('%s', async (range, status, contentRange, body) => {
		const response = await get('/model.onnx', { Range: range });
		expect([response.status, response.headers.get('Content-Range'), await response.text()]).toEqual([
			status,
			contentRange,
			body,
		]);
	});

	test.each(['bytes=10-', 'bytes=-0'])('%s lies outside', async (range) => {
		const response = await get('/model.onnx', { Range: range });
		expect([response.status, response.headers.get('Content-Range')]).toEqual([416, 'bytes */10']);
		expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable' });
	});

	test('a part of what has changed since is sent whole', async () => {
		const response = await get('/model.onnx', { Range: 'bytes=2-4', 'If-Range': '"old"' });
		expect([response.status, await response.text()]).toEqual([200, '0123456789']);
	});
});

describe('where there is no file', () => {
	test.each(['/library', '/edit/some-id', '/settings/'])('a person going to %s gets the page', async (path) => {
		const response = await get(path, navigation);
		expect([response.status, await response.text()]).toEqual([200, page]);
		expect(response.headers.get('Cache-Control')).toBe('no-cache');
	});

	test.each([
		['/nothing.js', navigation],
		['/_app/immutable/gone', navigation],
		['/wasm/none', navigation],
		['/library', { 'Sec-Fetch-Dest': 'script', Accept: '*/*' }],
		['/library', { Accept: 'application/json' }],
		['/api/nothing', navigation],
		['/api', navigation],
		['/.hidden', {}],
	])('%s is not found %j', async (path, headers) => {
		const response = await get(path, headers);
		expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found' }]);
	});

	test('files cannot be written', async () => {
		const response = await get('/model.onnx', {}, 'PUT');
		expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
	});
});

describe('nothing outside the folder is read', () => {
	test.each([
		'/../secret.txt',
		'/%2e%2e/secret.txt',
		'/..%2fsecret.txt',
		'/%2e%2e%2fsecret.txt',
		'/..%5csecret.txt',
		'/..\\secret.txt',
		'/%252e%252e%252fsecret.txt',
		'/_app/../../secret.txt',
		'/_app/..%2f..%2fsecret.txt',
		'//etc/passwd',
		'/%2fetc%2fpasswd',
		'/etc/passwd',
		'/out.txt',
		'/up/secret.txt',
		'/model.onnx%00.txt',
		'/.hidden',
		'/%2ehidden',
		'/%zz/secret.txt',
		'/%c0%ae%c0%ae/secret.txt',
		'http://localhost/../secret.txt',
		'file:///etc/passwd',
		'*',
	])('%s', async (path) => {
		const answer = await rawGet(port, path);
		expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404)/);
		expect(answer).not.toMatch(/TOP SECRET|root:/);
		if (answer.startsWith('HTTP/1.1 200')) expect(answer).toContain('<title>app</title>');
	});
});

describe('health', () => {
	test('tells the app, its version and the contract', async () => {
		const response = await get('/api/health');
		expect(response.headers.get('Cache-Control')).toBe('no-store');
		expect(await response.json()).toEqual({ status: 'ok', app: 'octocut', version: '1.2.3', contractVersion: 1 });
	});

	test('stands in the OpenAPI description', async () => {
		const description = (await (await get('/api/openapi.json')).json()) as { paths: Record<string, unknown> };
		expect(Object.keys(description.paths)).toContain('/api/health');
	});
});
