import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessToken, replaceAccessToken } from '../../sync-server/auth/access-token.ts';
import { openDatabase } from '../../sync-server/db/open-database.ts';
import { Settings } from '../../sync-server/db/settings.ts';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath, make } from '../fixtures/make.ts';

const sources = fileURLToPath(new URL('../../sync-server/cli.ts', import.meta.url));
const film = fixturePath('no-audio.mp4');
let folder = '';

beforeAll(async () => {
	await make(['no-audio.mp4', 'h264-aac-60s.mp4', 'text.mp4']);
	folder = mkdtempSync(join(tmpdir(), 'octocut-cli-'));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
	readonly code: number;
	readonly said: string;
	readonly complained: string;
}

/** The command line as a person runs it. */
function octocut(args: readonly string[], env: Record<string, string> = {}, cwd = folder): Promise<Ended> {
	return new Promise((resolve) => {
		const options = {
			cwd,
			env: { ...process.env, DATA_DIR: join(folder, 'data'), ...env },
			maxBuffer: 1 << 26,
		};
		execFile(
			process.execPath,
			['--import', import.meta.resolve('tsx'), sources, ...args],
			options,
			(error, said, complained) => {
				resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, said, complained });
			},
		);
	});
}

function file(name: string, content: string): string {
	writeFileSync(join(folder, name), content);
	return join(folder, name);
}

test('--help tells every command; nothing at all is not asked for rightly', async () => {
	const [help, nothing, unknown, option] = await Promise.all(
		[['--help'], [], ['frobnicate'], ['probe', '--frobnicate']].map((args) => octocut(args)),
	);
	expect(help).toMatchObject({
		code: 0,
		said: expect.stringMatching(/probe.*log2csv.*osp.*render.*batch.*encoders.*backup.*restore/s) as string,
	});
	expect([nothing?.code, unknown?.code, option?.code]).toEqual([2, 2, 2]);
	expect(unknown?.complained).toBe('There is no command “frobnicate”. octocut --help tells more.\n');
});

test('probe tells facts as JSON, and fails where one file cannot be read', async () => {
	const { code, said } = await octocut(['probe', film, '--json']);
	expect([code, JSON.parse(said)]).toMatchObject([0, [{ name: 'no-audio.mp4', video: { frameCount: 150 } }]]);
	const broken = await octocut(['probe', fixturePath('text.mp4')]);
	expect(broken).toMatchObject({ code: 1, complained: expect.stringContaining('it is a text') as string });
});

test('log2csv makes a list of a log', async () => {
	const log = file('log.txt', '00:00:01.000\n00:00:02.500\n');
	const { code, said } = await octocut(['log2csv', log]);
	expect(code).toBe(0);
	expect(said).toContain('1,2.5\n');
	expect(await octocut(['log2csv', join(folder, 'gone.txt')])).toMatchObject({ code: 1 });
});

test('osp makes a project that render cuts by', async () => {
	const list = file('cuts.csv', 'start,end,name\n0.5,1.5,a\n2,3,b\n');
	expect(await octocut(['osp', list, '-m', film, '-o', join(folder, 'cuts.osp')])).toMatchObject({ code: 0 });
	const out = join(folder, 'from-osp');
	const { code, said } = await octocut([
		'render',
		join(folder, 'cuts.osp'),
		'-m',
		film,
		'-o',
		out,
		'--size',
		'240',
		'--json',
	]);
	expect(code).toBe(0);
	expect((JSON.parse(said) as { result: { frames: number } }[]).map(({ result }) => result.frames)).toEqual([30, 30]);
	const [first = ''] = readdirSync(out).sort();
	expect(await readFrameNumbers(join(out, first))).toEqual(Array.from({ length: 30 }, (_, n) => n + 15));
});

test('render cuts by a project file', async () => {
	const probed = JSON.parse((await octocut(['probe', film, '--json'])).said) as {
		fingerprint: string;
		bytes: number;
	}[];
	const { fingerprint, bytes } = probed[0]!;
	const segment = {
		...{ id: 's', media: fingerprint, inS: 1, outS: 2, name: 'walk', label: '', category: '', tags: [] },
		...{ selected: true, order: 'a0' },
	};
	const project = {
		...{ format: 'octocut', version: 1, media: [{ fingerprint, name: 'no-audio.mp4', bytes }], profiles: [] },
		project: { name: 'p', segments: [segment], film: [], crops: {} },
	};
	const zip = new ZipWriter(new BlobWriter());
	await zip.add('project.json', new TextReader(JSON.stringify(project)));
	writeFileSync(join(folder, 'p.octocut'), Buffer.from(await (await zip.close()).arrayBuffer()));
	const out = join(folder, 'from-project');
	expect(await octocut(['render', 'p.octocut', '-m', film, '-o', out, '--size', '240'])).toMatchObject({ code: 0 });
	const [first = ''] = readdirSync(out);
	expect(await readFrameNumbers(join(out, first))).toEqual(Array.from({ length: 30 }, (_, n) => n + 30));
});

test('batch makes clips of one length, names and all', async () => {
	const out = join(folder, 'clips');
	const args = [
		'batch',
		film,
		'-o',
		out,
		'--at',
		'1',
		'--count',
		'2',
		'--length',
		'1',
		'--spread',
		'1',
		'--name',
		'walk',
	];
	expect(await octocut(args)).toMatchObject({ code: 0 });
	expect(readdirSync(join(out, 'walk_001')).sort()).toEqual(['walk_001_0.mp4', 'walk_001_1.mp4']);
	expect(await octocut(['batch', film, '--at', 'soon'])).toMatchObject({ code: 2 });
	expect(await octocut(['batch', film, '--at', '99'])).toMatchObject({ code: 1 });
});

test('encoders tells what works', async () => {
	const { code, said } = await octocut(['encoders']);
	expect([code, said]).toEqual([0, expect.stringContaining('+ libx264\n')]);
	expect(await octocut(['encoders'], { FFMPEG_PATH: '/nowhere/ffmpeg' })).toMatchObject({
		...{ code: 1, complained: expect.stringContaining('was not found') as string },
	});
});

test('it reads .env where it is called, as the server does', async () => {
	const place = mkdtempSync(join(folder, 'env-'));
	writeFileSync(join(place, '.env'), 'MAX_JOBS=many\n');
	const said = 'MAX_JOBS="many" must be a whole number from 1 to 64.\n';
	expect(await octocut(['probe', film], {}, place)).toMatchObject({ code: 2, complained: said });
	expect(await octocut(['probe', film], { MAX_JOBS: '1' }, place)).toMatchObject({ code: 0 });
});

test('a lost token is replaced, and the one before ends', async () => {
	const data = join(folder, 'data-of-token');
	mkdirSync(data);
	const database = openDatabase(join(data, 'octocut.sqlite'));
	if (!database.ok) throw new Error(database.error);
	const settings = new Settings(database.value);
	const before = replaceAccessToken(settings);
	const asked = await octocut(['token', '--new', '--json'], { DATA_DIR: data });
	expect(asked.code).toBe(0);
	const { token } = JSON.parse(asked.said) as { token: string };
	expect([isAccessToken(settings, token), isAccessToken(settings, before)]).toEqual([true, false]);
	database.value.close();
	expect(await octocut(['token'], { DATA_DIR: data })).toMatchObject({ code: 2 });
	expect(await octocut(['token', '--new'], { DATA_DIR: join(folder, 'nowhere') })).toMatchObject({ code: 1 });
});

describe('a backup', () => {
	test('is made while the server runs, and put back', async () => {
		mkdirSync(join(folder, 'data'), { recursive: true });
		const path = join(folder, 'data/octocut.sqlite');
		const database = openDatabase(path);
		if (!database.ok) throw new Error(database.error);
		database.value.sqlite.exec(`insert into settings values ('a', '1')`);
		const copy = join(folder, 'copy.sqlite');
		expect(await octocut(['backup', copy])).toMatchObject({ code: 0 });
		expect(await octocut(['backup', copy])).toMatchObject({ code: 1 });
		database.value.sqlite.exec('delete from settings');
		database.value.close();
		expect(await octocut(['restore', copy])).toMatchObject({ code: 0 });
		const again = openDatabase(path);
		if (!again.ok) throw new Error(again.error);
		expect(again.value.sqlite.prepare('select value from settings').pluck().get()).toBe('1');
		again.value.close();
		expect(existsSync(copy) && readFileSync(copy).length > 0).toBe(true);
		expect(await octocut(['restore', film])).toMatchObject({ code: 1 });
	});
});
