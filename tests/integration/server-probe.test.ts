import { existsSync, openAsBlob } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MediaFacts } from '../../src/lib/core/media/media-facts.ts';
import { fingerprintOf } from '../../src/lib/media/probe/fingerprint.ts';
import { inspect } from '../../src/lib/media/probe/inspect.ts';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { probeFile } from '../../sync-server/ffmpeg/probe-file.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { recipes } from '../fixtures/recipes.ts';
import { fixturePath } from '../fixtures/make.ts';

const ffmpeg = new Ffmpeg(new ProgramKeeper(), { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
const probe = (path: string, name = 'film') => probeFile(ffmpeg, { path, name });

let folder = '';
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'octocut-server-probe-'));
});
afterAll(() => rm(folder, { recursive: true }));

const BROKEN = ['zero-bytes.mp4', 'text.mp4', 'truncated-no-moov.mp4', 'mpeg4-mp3.avi'];
const films = recipes
	.filter(({ name, onDemand }) => !onDemand && !BROKEN.includes(name))
	.map(({ name }) => name)
	.filter((name) => existsSync(fixturePath(name)));

describe.each(films)('%s', (name) => {
	test('is to the server what it is to the browser', async () => {
		const path = fixturePath(name);
		const file = await openAsBlob(path);
		const context = { signal: new AbortController().signal, report: () => undefined };
		const [mine, theirs] = [await probe(path, name), await inspect({ file, name }, context)];
		if (!mine.ok || !theirs.ok) throw new Error(JSON.stringify([mine, theirs]));
		const { facts, index } = mine.value;
		const other = theirs.value.facts;
		expect(MediaFacts.parse(facts)).toEqual(facts);
		expect(facts.fingerprint).toBe(await fingerprintOf(file));
		expect({ ...facts, video: undefined, durationS: 0, notes: [] }).toEqual({
			...other,
			...{ fingerprint: facts.fingerprint, name, bytes: file.size, playable: 'preview' },
			...{ video: undefined, durationS: 0, notes: [] },
		});
		// What the browser cannot decode is its own affair.
		expect(facts.notes).toEqual(other.notes.filter((note) => !note.startsWith('This browser')));
		expect(Math.abs(facts.durationS - other.durationS)).toBeLessThan(0.05);
		const own = { codecString: undefined, bitrate: undefined };
		expect(facts.video && { ...facts.video, ...own }).toEqual(other.video && { ...other.video, ...own });
		expect(index && [...index.ptsUs]).toEqual(theirs.value.index && [...theirs.value.index.ptsUs]);
		expect(index && [...index.key]).toEqual(theirs.value.index && [...theirs.value.index.key]);
		const divisible = theirs.value.index?.divisible;
		if (divisible !== undefined) expect([...(index?.divisible ?? [])]).toEqual([...divisible]);
	});
});

describe('what is no film', () => {
	test.each([
		['zero-bytes.mp4', 'empty-file'],
		['text.mp4', 'not-media'],
		['truncated-no-moov.mp4', 'source-incomplete'],
	])('%s is refused: %s', async (name, kind) => {
		expect(await probe(fixturePath(name), name)).toMatchObject({ ok: false, error: { kind, subject: name } });
	});

	test('a file that is not there is missing, without its path in the answer', async () => {
		const answer = await probe(join(folder, 'gone.mp4'), 'gone.mp4');
		expect(answer).toEqual({ ok: false, error: { kind: 'source-missing', subject: 'gone.mp4' } });
	});

	test('a pipe keeps nobody waiting', async () => {
		const path = join(folder, 'pipe.mp4');
		execFileSync('mkfifo', [path]);
		expect(await probe(path)).toMatchObject({ ok: false, error: { kind: 'not-media' } });
		expect(await probe(folder)).toMatchObject({ ok: false, error: { kind: 'not-media' } });
	});

	test('a list of other files is not followed, whatever it is called', async () => {
		// Not a text by its bytes, so that only ffprobe's own list of formats stands in the way.
		const playlist = Buffer.concat([
			Buffer.from(`#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://${fixturePath('h264-aac.ts')}\n#`),
			Buffer.from([0x01, 0xff, 0xfe, 0x0a]),
			Buffer.from('#EXT-X-ENDLIST\n'),
		]);
		await writeFile(join(folder, 'list.mp4'), playlist);
		const answer = await probe(join(folder, 'list.mp4'), 'list.mp4');
		expect(answer).toMatchObject({ ok: false, error: { kind: 'not-media' } });
		expect(JSON.stringify(answer)).not.toContain(folder);
	});

	test('broken bytes after a good head are told without a path', async () => {
		await writeFile(
			join(folder, 'noise.mkv'),
			Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(9, 7)]),
		);
		const answer = await probe(join(folder, 'noise.mkv'), 'noise.mkv');
		expect(answer).toMatchObject({ ok: false, error: { subject: 'noise.mkv' } });
		expect(JSON.stringify(answer)).not.toContain(folder);
	});
});

test.each(['-i.mp4', '%d.mp4', 'a\nb.mp4', "it's: [x],y;.mp4", 'http:x.mp4', '-version', 'ä 猫.mp4'])(
	'the name %j is a name and nothing else',
	async (name) => {
		await copyFile(fixturePath('no-audio.mp4'), join(folder, name));
		expect(await probe(join(folder, name), name)).toMatchObject({
			ok: true,
			value: { facts: { name, video: { frameCount: 150 } } },
		});
	},
);

test('a link is as good as what it leads to', async () => {
	await symlink(fixturePath('no-audio.mp4'), join(folder, 'link.mp4'));
	expect(await probe(join(folder, 'link.mp4'))).toMatchObject({ ok: true });
});

test('stopping rejects with AbortError', async () => {
	await expect(
		probeFile(ffmpeg, { path: fixturePath('no-audio.mp4'), name: 'a' }, { signal: AbortSignal.abort() }),
	).rejects.toMatchObject({ name: 'AbortError' });
});
