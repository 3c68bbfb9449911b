import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ffmpeg } from '../../sync-server/ffmpeg/ffmpeg.ts';
import { probeFile as probe } from '../../sync-server/ffmpeg/probe-file.ts';
import { ProgramKeeper } from '../../sync-server/ffmpeg/program-keeper.ts';
import { probeFile as ffprobe, readFrameNumbers } from '../fixtures/decode.ts';
import { clip, cropOf, needFilms, range, server, sources } from './export-server.ts';

needFilms('h264-aac-60s.mp4');

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'octocut-codecs-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the codec that was asked for is what comes out', () => {
	test.each([
		['hevc', 'hevc', 'libx265'],
		['av1', 'av1', 'libsvtav1'],
	] as const)('%s', async (mp4Codec, codec, encoder) => {
		const { make } = await server();
		const task = clip('h264-aac-60s.mp4', 309, 339, { mp4Codec });
		const { path, result } = await make(task);
		expect(result.encoder).toBe(`${encoder} (ffmpeg on the server)`);
		expect(await readFrameNumbers(path, cropOf(task, 'h264-aac-60s.mp4'))).toEqual(range(309, 339));
		const [picture] = (await ffprobe(path)).streams;
		expect(picture).toMatchObject({ codec_name: codec, pix_fmt: 'yuv420p' });
	});
});

/** Luminance of the four patches, in cd/m²: black, a grey card and white of BT.2408, a lamp. */
const PATCHES = [0, 26, 203, 1000] as const;

/** The signal of `nits`, 0..1: SMPTE ST 2084 … */
function pq(nits: number): number {
	const [m1, m2, c1, c2, c3] = [2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128];
	const y = (nits / 10_000) ** m1;
	return ((c1 + c2 * y) / (1 + c3 * y)) ** m2;
}

/** … and ARIB STD-B67 as a screen of 1000 cd/m² shows it (ITU-R BT.2100, gamma 1.2). */
function hlg(nits: number): number {
	const scene = (nits / 1000) ** (1 / 1.2);
	const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
	return scene <= 1 / 12 ? Math.sqrt(3 * scene) : a * Math.log(12 * scene - b) + c;
}

/** A film of four grey bars of those signals, ten bits, tagged as what it is. */
async function barsFilm(name: string, transfer: 'smpte2084' | 'arib-std-b67', signal: (nits: number) => number) {
	const path = join(folder, name);
	const codes = PATCHES.map((nits) => Math.round(64 + 876 * signal(nits)));
	const luma = codes
		.slice(0, -1)
		.reduceRight((rest, code, n) => `if(lt(X,${160 * (n + 1)}),${code},${rest})`, `${codes.at(-1)}`);
	const tags = `colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc:range=limited:log-level=error`;
	await run('ffmpeg', [
		...['-v', 'error', '-y', '-f', 'lavfi', '-i', 'nullsrc=s=640x360:r=30:d=1'],
		...['-vf', `format=yuv420p10le,geq=lum='${luma}':cb=512:cr=512`, '-c:v', 'libx265', '-preset', 'ultrafast'],
		...['-x265-params', tags, '-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'],
		...['-crf', '8', '-tag:v', 'hvc1', path],
	]);
	const ffmpeg = new Ffmpeg(new ProgramKeeper(), { ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe' });
	const probed = await probe(ffmpeg, { path, name });
	if (!probed.ok || probed.value.index === undefined) throw new Error(JSON.stringify(probed));
	const { facts, index } = probed.value;
	sources.set(name, { file: { id: name, path, name, bytes: facts.bytes, mtimeMs: 0 }, facts, index });
}

beforeAll(async () => {
	await barsFilm('hdr10.mp4', 'smpte2084', pq);
	await barsFilm('hlg.mp4', 'arib-std-b67', hlg);
});

/** Luma in the middle of each bar of the first frame, as a share of the way from black to white; ten bits read as such. */
async function lumaOf(path: string): Promise<number[]> {
	const filters = 'scale=4:1:flags=area,format=gray10le';
	const args = ['-v', 'error', '-i', path, '-vf', filters, '-frames:v', '1', '-f', 'rawvideo', '-'];
	const { stdout } = await run('ffmpeg', args, { encoding: 'buffer' });
	return [...new Uint16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + 8))].map(
		(value) => value / 1023,
	);
}

describe('a high dynamic range', () => {
	test.each(['hdr10.mp4', 'hlg.mp4'])(
		'%s: grey keeps its brightness, white is white, a lamp is brighter still',
		async (name) => {
			const { make } = await server();
			const { path, job } = await make(clip(name, 3, 24, { shortSide: null }));
			expect(job.notes).toEqual([]);
			const [picture] = (await ffprobe(path)).streams;
			expect(picture).toMatchObject({
				codec_name: 'h264',
				pix_fmt: 'yuv420p',
				color_transfer: 'bt709',
				color_primaries: 'bt709',
				color_space: 'bt709',
			});
			const [black = 1, grey = 0, white = 0, lamp = 0] = await lumaOf(path);
			expect(black).toBeLessThan(0.02);
			// A card of 18 % has 0.409 in BT.709.
			expect(Math.abs(grey - 0.41)).toBeLessThan(0.03);
			expect(Math.abs(white - 0.91)).toBeLessThan(0.03);
			expect(lamp).toBeGreaterThan(white + 0.05);
		},
	);

	test.each([
		['hdr10.mp4', 'smpte2084', pq],
		['hlg.mp4', 'arib-std-b67', hlg],
	] as const)('%s stays as it is where that was asked for', async (name, transfer, signal) => {
		const { make } = await server();
		const task = clip(name, 3, 24, { shortSide: 240, mp4Codec: 'hevc', hdr: 'keep' });
		expect(task.video).toMatchObject({ codec: 'hevc', hdr: 'keep' });
		const { path, result } = await make(task);
		expect(result.encoder).toBe('libx265 (ffmpeg on the server)');
		const [picture] = (await ffprobe(path)).streams;
		expect(picture).toMatchObject({
			...{ codec_name: 'hevc', profile: 'Main 10', pix_fmt: 'yuv420p10le', color_transfer: transfer },
			...{ color_primaries: 'bt2020', color_space: 'bt2020nc' },
		});
		(await lumaOf(path)).forEach((luma, n) => {
			expect(Math.abs(luma - signal(PATCHES[n] ?? 0))).toBeLessThan(0.01);
		});
	});

	test('is not kept in H.264, whatever was asked for', () => {
		expect(clip('hdr10.mp4', 3, 24, { hdr: 'keep' }).video).not.toHaveProperty('hdr');
	});
});
