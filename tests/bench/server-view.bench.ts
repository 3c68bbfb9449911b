import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import { ratios, row, type Bench } from './bench.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const TARGET_S = 2;
/** A film of a minute in 1080p; nothing of it depends on its length. */
const FILM = 'h264-aac-1080p-60s.mp4';

export const bench: Bench = {
	name: 'server-view',
	about: 'from a press on a file that nobody has seen to its first picture: as it is, and as a copy while that is made',
	rounds: 5,
	async run({ browser, fixture, folder, rounds, say }) {
		const film = await fixture(FILM);
		const media = join(folder, 'films');
		await mkdir(media);
		if (!existsSync(join(root, 'build/index.html'))) await run(process.execPath, [join(root, 'scripts/build.mjs')]);
		await run(process.execPath, [join(root, 'scripts/server-build.mjs')]);
		const server = spawn(process.execPath, [join(root, 'scripts/serve.mjs')], {
			cwd: root,
			env: { ...process.env, HOST: '127.0.0.1', PORT: '0', DATA_DIR: join(folder, 'view'), MEDIA_DIRS: media },
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		try {
			let said = '';
			for await (const text of server.stdout.setEncoding('utf8') as AsyncIterable<string>) {
				said += text;
				if (said.includes('Octocut is ready')) break;
			}
			const url = /http:\/\/[^\s/]+/.exec(said)?.[0] ?? '';
			const page = await (await browser.newContext()).newPage();
			/** Seconds until it is seen, of a new file each time. */
			const open = async (name: string): Promise<number> => {
				await copyFile(film, join(media, name));
				await fetch(`${url}/api/library/scan`, { method: 'POST', headers: { Origin: url } });
				await page.goto(url);
				await page.getByTestId('library-place').locator('[data-value="server"]').click();
				const card = page.getByRole('button', { name });
				while ((await card.count()) === 0)
					await page.getByRole('button', { name: 'All folders' }).or(card).first().click();
				const started = performance.now();
				await card.click();
				await page.locator('[data-testid="player"][data-state="ready"]').waitFor();
				return (performance.now() - started) / 1000;
			};
			const [asItIs, asCopy, bare]: [number[], number[], number[]] = [[], [], []];
			// The first of each fetches the parts of the app.
			for (let round = -1; round < rounds; round += 1) {
				const seconds = await open(`as it is ${round}.mp4`);
				if (round >= 0) asItIs.push(seconds);
			}
			await page.getByTestId('quality').selectOption('low');
			for (let round = -1; round < rounds; round += 1) {
				await idle(url, page);
				const peer = await piece(film);
				const seconds = await open(`as a copy ${round}.mp4`);
				say(`first picture ${seconds.toFixed(2)} s, four seconds by ffmpeg ${peer.toFixed(2)} s`);
				if (round < 0) continue;
				asCopy.push(seconds);
				bare.push(peer);
			}
			return [
				row('press to the first picture, a new file as it is', 's', TARGET_S, 'lower', asItIs),
				row('the same, as a copy of 720 lines that is made meanwhile', 's', TARGET_S, 'lower', asCopy),
				row('the same ÷ ffmpeg making the first four seconds of it', '×', null, 'lower', ratios(asCopy, bare)),
			];
		} finally {
			server.kill('SIGTERM');
			await once(server, 'exit');
		}
	},
};

/** Seconds that the bare command takes for what the first picture is cut out of. */
async function piece(film: string): Promise<number> {
	const started = performance.now();
	await run('ffmpeg', [
		...['-v', 'error', '-nostdin', '-t', '4.096', '-i', film, '-vf', 'scale=1280:720', '-c:v', 'libx264'],
		...[
			'-preset',
			'veryfast',
			'-b:v',
			'2M',
			'-bf',
			'0',
			'-c:a',
			'aac',
			'-f',
			'mp4',
			'-movflags',
			'+frag_keyframe',
			'-y',
		],
		'/dev/null',
	]);
	return (performance.now() - started) / 1000;
}

/** What was begun before takes no time of what is measured. */
async function idle(url: string, page: Page): Promise<void> {
	await page.goto('about:blank');
	for (;;) {
		const { jobs } = (await (await fetch(`${url}/api/jobs?state=active`)).json()) as { jobs: unknown[] };
		if (jobs.length === 0) return;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}
