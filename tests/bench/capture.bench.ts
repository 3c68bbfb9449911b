import { execFile } from 'node:child_process';
import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CaptureServer, playing } from '../integration/capture-server.ts';
import { type Bench, type BenchContext, median, ratios, row, type Row } from './bench.ts';
import { repeatFilm } from './large-films.ts';

const run = promisify(execFile);

const HOURS = 2;
const MANY = 20_000;
const PAGES = 40;

export const bench: Bench = {
	name: 'capture',
	about: `screenshots and clips of a film of ${HOURS} hours in 1080p against the same ffmpeg commands by themselves; a gallery of ${MANY} captures`,
	rounds: 9,
	async run(context) {
		const film = join(context.folder, '2h.mp4');
		await repeatFilm(await context.fixture('h264-aac-1080p-60s.mp4'), film, { times: HOURS * 60, fast: true });
		const its = new CaptureServer([]);
		linkSync(film, join(its.films, '2h.mp4'));
		await its.start();
		try {
			return [
				...(await stills(its, film, context)),
				...(await clips(its, film, context)),
				...(await gallery(its, context)),
			];
		} finally {
			await its.stop();
			its.remove();
			rmSync(film);
		}
	},
};

/** Another place each time: between two key frames. */
const placeOf = (round: number): number => 600.7 + 421.3 * round;

async function stills(its: CaptureServer, film: string, { rounds, folder, say }: BenchContext): Promise<Row[]> {
	const [ours, peer]: [number[], number[]] = [[], []];
	// The first one also looks at what is in the film.
	for (let round = -1; round < rounds; round += 1) {
		const atS = placeOf(round + 1);
		const session = its.play(playing('2h.mp4', atS, HOURS * 3600)).id;
		const oursMs = await timed(() => its.make({ type: 'screenshot', session }));
		const output = join(folder, 'bare.jpg');
		const peerMs = await timed(() =>
			run('ffmpeg', ['-y', '-v', 'error', '-ss', String(atS), '-i', film, '-frames:v', '1', '-q:v', '2', output]),
		);
		say(`screenshot ${round + 1}: ${Math.round(oursMs)} ms and ${Math.round(peerMs)} ms`);
		if (round < 0) continue;
		ours.push(oursMs);
		peer.push(peerMs);
	}
	return [
		row('screenshot, request to saved file ÷ bare ffmpeg', '×', 1.3, 'lower', ratios(ours, peer)),
		row('screenshot, request to saved file', 'ms', 1000, 'lower', ours),
	];
}

async function clips(its: CaptureServer, film: string, { rounds, folder, say }: BenchContext): Promise<Row[]> {
	const [ours, peer]: [number[], number[]] = [[], []];
	for (let round = 0; round < rounds; round += 1) {
		const endS = placeOf(round) + 60;
		const session = its.play(playing('2h.mp4', endS, HOURS * 3600)).id;
		const span = { kind: 'last', seconds: 60 } as const;
		ours.push(await timed(() => its.make({ type: 'clip', session, span, mode: 'fast' })));
		const output = join(folder, 'bare.mp4');
		const copy = ['-c', 'copy', '-avoid_negative_ts', 'make_zero', '-movflags', '+faststart', output];
		peer.push(
			await timed(() =>
				run('ffmpeg', ['-y', '-v', 'error', '-ss', String(endS - 60), '-i', film, '-t', '60', ...copy]),
			),
		);
		say(`fast clip ${round + 1}: ${Math.round(ours.at(-1) ?? 0)} ms and ${Math.round(peer.at(-1) ?? 0)} ms`);
	}
	return [
		row('fast clip of 60 s, request to saved file ÷ bare ffmpeg', '×', 1.3, 'lower', ratios(ours, peer)),
		row('fast clip of 60 s, request to saved file', 'ms', null, 'lower', ours),
	];
}

async function gallery(its: CaptureServer, { rounds, say }: BenchContext): Promise<Row[]> {
	const like = its.db.sqlite.prepare('SELECT * FROM captures LIMIT 1').get() as Record<string, unknown>;
	const columns = Object.keys(like).filter((name) => name !== 'n');
	const names = [columns.map((name) => `"${name}"`), columns.map((name) => `@${name}`)].map((all) => all.join());
	const insert = its.db.sqlite.prepare(`INSERT INTO captures (${names[0] ?? ''}) VALUES (${names[1] ?? ''})`);
	its.db.sqlite.transaction(() => {
		for (let n = 0; n < MANY; n += 1) {
			const name = `Film ${n % 500} - S0${n % 9}E${n % 24} - 0.${n % 60}`;
			const told = { name, search_text: `${name}\nFilm`.toLowerCase(), type: n % 3 === 0 ? 'clip' : 'screenshot' };
			insert.run({ ...like, ...told, id: `many-${n}`, path: `many/${n}.jpg`, created_at: 1.6e12 + 60_000 * n });
		}
	})();
	const rows: Row[] = [];
	for (const [what, query] of [
		['first page', 'limit=100'],
		['first page of clips', 'limit=100&type=clip'],
		['first page of a search', 'limit=100&query=film%20321'],
	] as const) {
		const samples: number[] = [];
		for (let round = 0; round < rounds; round += 1) {
			const all: number[] = [];
			for (let n = 0; n < PAGES; n += 1) all.push(await timed(() => its.json(`/api/captures?${query}`)));
			samples.push(all.sort((a, b) => a - b)[Math.ceil(PAGES * 0.95) - 1] ?? NaN);
		}
		say(`${what}: ${median(samples).toFixed(1)} ms at p95`);
		rows.push(row(`${what} of ${MANY} captures at the API, p95`, 'ms', 50, 'lower', samples));
	}
	return rows;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const startedMs = performance.now();
	await work();
	return performance.now() - startedMs;
}
