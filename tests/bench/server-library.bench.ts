import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { MediaLibrary } from '../../sync-server/library/media-library.ts';
import { ratios, row, type Bench, type Row } from './bench.ts';

const FILES = 100_000;
const FILE_BYTES = 500_000_000;
const root = fileURLToPath(new URL('../../', import.meta.url));

export const bench: Bench = {
	name: 'server-library',
	about: 'a library of 100,000 files: scan, restart, pages; a file by range against nginx',
	rounds: 5,
	async run({ folder, rounds, say }) {
		return [...(await library(folder, say)), ...(await throughput(folder, rounds, say))];
	},
};

async function library(folder: string, say: (text: string) => void): Promise<Row[]> {
	const media = join(folder, 'many');
	say(`Making ${FILES} files …`);
	await makeFiles(media);
	const open = async () => {
		const db = openDatabase(join(folder, 'library.sqlite'));
		if (!db.ok) throw new Error(db.error);
		const started = performance.now();
		const opened = new MediaLibrary({
			...{ db: db.value, mediaDirs: [media], uploadsDir: join(folder, 'uploads'), cacheDir: join(folder, 'cache') },
			probeFile: () => Promise.reject(new Error('nothing is looked into')),
			onError: (error) => say(error.message),
		});
		const longest = watchLoop();
		await opened.start();
		await opened.scanner.idle();
		return { db: db.value, opened, tookS: (performance.now() - started) / 1000, blockedMs: longest() };
	};
	const first = await open();
	const [counted] = first.opened.roots();
	if (counted?.files !== FILES) throw new Error(`${counted?.files} files were found`);
	const pages = pageTimes(first.opened);
	await first.opened.close();
	first.db.close();
	const again = await open();
	const changed = again.db.sqlite.prepare('SELECT total_changes() AS changes').get() as { changes: number };
	await again.opened.close();
	again.db.close();
	return [
		row('scan of 100,000 new files', 's', 60, 'lower', [first.tookS]),
		row('longest time that the scan kept others waiting', 'ms', null, 'lower', [first.blockedMs]),
		row('the same after a restart', 's', null, 'lower', [again.tookS]),
		row('rows written by it', '', 10, 'lower', [changed.changes]),
		row('page of a list, of a folder, of a search: 95 of 100 within', 'ms', 50, 'lower', [percentile(pages, 0.95)]),
		row('the slowest of 1,000 pages', 'ms', null, 'lower', [Math.max(...pages)]),
	];
}

/** Hard links: a hundred thousand names of a thousand small files, in a thousand folders. */
async function makeFiles(media: string): Promise<void> {
	const words = ['walk', 'beach', 'interview', 'drone', 'night', 'family', 'concert', 'match'];
	for (let f = 0; f < 1000; f += 1) {
		const place = join(media, `${words[f % 8]}s`, `day ${f}`);
		await mkdir(place, { recursive: true });
		const first = join(place, `${words[f % 8]} 0 take ${f}.mp4`);
		await writeFile(first, `${f}`);
		const names = Array.from(
			{ length: 99 },
			(_, n) => `${words[(f + n) % 8]} ${n + 1} take ${(f * 7 + n * 13) % 1000}.mp4`,
		);
		await Promise.all(names.map((name) => link(first, join(place, name))));
	}
}

/** The longest time between two turns of the event loop, in milliseconds, until it is asked for. */
function watchLoop(): () => number {
	let [last, longest] = [performance.now(), 0];
	const timer = setInterval(() => {
		const now = performance.now();
		longest = Math.max(longest, now - last);
		last = now;
	}, 1);
	return () => {
		clearInterval(timer);
		return longest;
	};
}

function pageTimes(library: MediaLibrary): number[] {
	const [top] = library.roots();
	const folders = library.list.folder(top?.id ?? '')?.folders ?? [];
	const sorts = ['name', '-modified', 'size', '-added'] as const;
	const searches = ['walk', 'take 77', 'concert 9 take', 'dr', 'day 512', 'nothing at all', 'mp4', 'beach interview'];
	const cursors = new Map<string, string>();
	return Array.from({ length: 1000 }, (_, n) => {
		const sort = sorts[n % 4] ?? 'name';
		const query = {
			...(n % 3 === 1 && { query: searches[n % 8] }),
			...(n % 3 === 2 && { folder: folders[n % folders.length]?.id, deep: n % 2 === 0 }),
		};
		const key = JSON.stringify([sort, query]);
		const started = performance.now();
		const page = library.list.page({ sort, limit: 100, cursor: cursors.get(key), ...query });
		const took = performance.now() - started;
		if (page.ok && page.value.next !== null) cursors.set(key, page.value.next);
		else cursors.delete(key);
		return took;
	});
}

function percentile(samples: readonly number[], share: number): number {
	return [...samples].sort((a, b) => a - b)[Math.floor(samples.length * share)] ?? NaN;
}

async function throughput(folder: string, rounds: number, say: (text: string) => void): Promise<Row[]> {
	const nginxPath = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync);
	if (nginxPath === undefined) {
		say('nginx is not installed: throughput is not measured.');
		return [];
	}
	const media = join(folder, 'one');
	await mkdir(media);
	await writeFile(join(media, 'film.mp4'), Buffer.alloc(FILE_BYTES, 'octocut'));
	const nginx = await startNginx(nginxPath, folder, media);
	const ours = await startServer(folder, media);
	try {
		const measured: Record<string, { nginx: number[]; ours: number[] }> = {};
		let largest = 0;
		for (const clients of [1, 64]) {
			const figures = (measured[clients] = { nginx: [] as number[], ours: [] as number[] });
			for (let round = -1; round < rounds; round += 1) {
				const [peer, own] = [await speed(nginx.url, clients), await speed(ours.url, clients)];
				largest = Math.max(largest, peakMemory(ours.child));
				if (round < 0) continue;
				figures.nginx.push(peer);
				figures.ours.push(own);
			}
		}
		return [
			...Object.entries(measured).flatMap(([clients, figures]) => [
				row(`throughput ÷ nginx, ${clients} client(s)`, '×', 0.4, 'higher', ratios(figures.ours, figures.nginx)),
				row(`throughput, ${clients} client(s)`, 'MB/s', null, 'higher', figures.ours),
			]),
			row('memory of the server at its most', 'MB', 150, 'lower', [largest]),
		];
	} finally {
		for (const { child } of [nginx, ours]) {
			child.kill('SIGTERM');
			await once(child, 'exit');
		}
	}
}

/** MB/s of `clients` that each take a part at the same time: together about the whole file. */
async function speed(url: string, clients: number): Promise<number> {
	const part = Math.floor(FILE_BYTES / clients);
	const started = performance.now();
	const taken = await Promise.all(Array.from({ length: clients }, (_, n) => take(url, n * part, (n + 1) * part - 1)));
	return taken.reduce((sum, bytes) => sum + bytes, 0) / 1000 / (performance.now() - started);
}

function take(url: string, first: number, last: number): Promise<number> {
	return new Promise((resolve, reject) => {
		request(url, { agent: false, headers: { Range: `bytes=${first}-${last}` } }, (response) => {
			let bytes = 0;
			response.on('data', (chunk: Buffer) => (bytes += chunk.length));
			response.on('end', () => resolve(bytes)).on('error', reject);
		})
			.on('error', reject)
			.end();
	});
}

const peakMemory = (child: ChildProcess): number =>
	Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	return port;
}

async function startNginx(path: string, folder: string, media: string): Promise<{ child: ChildProcess; url: string }> {
	const [port, place] = [await freePort(), join(folder, 'nginx')];
	await mkdir(place);
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
		(name) => `${name}_temp_path ${place}/${name};`,
	);
	await writeFile(
		join(place, 'nginx.conf'),
		// Started by root, its workers would be somebody else, who may not read our folder.
		`${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; worker_processes 2; pid ${place}/pid; error_log ${place}/log; events { worker_connections 512; }
		http { access_log off; sendfile on; tcp_nopush on; ${temporary.join(' ')}
		server { listen 127.0.0.1:${port}; root ${media}; } }`,
	);
	const child = spawn(path, ['-c', join(place, 'nginx.conf'), '-e', join(place, 'log')], { stdio: 'ignore' });
	const url = `http://127.0.0.1:${port}/film.mp4`;
	await answers(url);
	return { child, url };
}

/** The server as people start it: built. */
async function startServer(folder: string, media: string): Promise<{ child: ChildProcess; url: string }> {
	await promisify(execFile)(process.execPath, [join(root, 'scripts/server-build.mjs')]);
	const port = await freePort();
	const child = spawn(process.execPath, [join(root, 'scripts/serve.mjs')], {
		cwd: root,
		env: { ...process.env, HOST: '127.0.0.1', PORT: `${port}`, DATA_DIR: join(folder, 'data'), MEDIA_DIRS: media },
		stdio: 'ignore',
	});
	const base = `http://127.0.0.1:${port}/api`;
	for (;;) {
		await answers(`${base}/health`);
		const { items } = (await (await fetch(`${base}/media`)).json()) as { items: { id: string }[] };
		if (items[0] !== undefined) return { child, url: `${base}/media/${items[0].id}/raw` };
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

async function answers(url: string): Promise<void> {
	for (let n = 0; n < 400; n += 1) {
		const response = await fetch(url, { method: 'HEAD' }).catch(() => undefined);
		if (response?.ok === true) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`${url} does not answer`);
}
