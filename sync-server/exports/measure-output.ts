import type { Measured } from '#core/export/compare-output';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import { Overview, pictureOf, squareSize } from '#core/ffmpeg/probe-overview';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';

/** Looking at a finished file goes as fast as the disk. */
const STALL_MS = 60_000;

interface Packet {
	readonly startS: number;
	readonly durationS: number;
}

/**
 * What a finished file holds, counted in the file itself. With `decode`, its first picture is decoded too: where something else than ffmpeg's own encoders has
 * made it. Undefined when it cannot be opened.
 */
export async function measureOutput(
	ffmpeg: Ffmpeg,
	path: string,
	signal: AbortSignal,
	decode = true,
): Promise<Measured | undefined> {
	const [overview, { video: pictures, audio: sounds }, decodes] = await Promise.all([
		overviewOf(ffmpeg, path, signal),
		packetsOf(ffmpeg, path, signal),
		decode ? decodesFirst(ffmpeg, path, signal) : undefined,
	]);
	if (overview === undefined) return undefined;
	const picture = pictureOf(overview);
	const sound = overview.streams.find(({ codec_type: type }) => type === 'audio');
	const codec = (sound?.codec_name ?? 'unknown').replace(/^pcm_/u, 'pcm-');
	return {
		video: picture && {
			...{ ...lengthOf(pictures), ...squareSize(picture), codec: picture.codec_name ?? 'unknown', decodes },
		},
		audio: sound && { durationS: soundLength(sounds), codec },
	};
}

async function overviewOf(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<Overview | undefined> {
	let json = '';
	const ask = ['-v', 'error', '-of', 'json', ...inputArgs(path), '-show_streams', '-show_format'];
	const onBytes = (bytes: Buffer): void => void (json += bytes.toString('utf8'));
	const end = await ffmpeg.probe(ask, { signal, stallMs: STALL_MS, onBytes });
	return end.kind === 'done' ? Overview.parse(JSON.parse(json)) : undefined;
}

/** The packets of its tracks: what is made here has one of a kind. */
async function packetsOf(ffmpeg: Ffmpeg, path: string, signal: AbortSignal) {
	const packets: { readonly video: Packet[]; readonly audio: Packet[] } = { video: [], audio: [] };
	const entries = ['-show_entries', 'packet=codec_type,pts_time,dts_time,duration_time,flags'];
	await ffmpeg.probe(['-v', 'error', '-of', 'compact=p=0', ...inputArgs(path), ...entries], {
		signal,
		stallMs: STALL_MS,
		onLine: (line) => {
			const fields = new Map(line.split('|').map((field) => field.split('=') as [string, string]));
			const type = fields.get('codec_type');
			if ((type !== 'video' && type !== 'audio') || fields.get('flags')?.includes('D') === true) return;
			const told = Number.parseFloat(fields.get('pts_time') ?? '');
			const startS = Number.isFinite(told) ? told : Number.parseFloat(fields.get('dts_time') ?? '');
			const durationS = Number.parseFloat(fields.get('duration_time') ?? '');
			if (Number.isFinite(startS)) {
				packets[type].push({ startS, durationS: Number.isFinite(durationS) ? durationS : 0 });
			}
		},
	});
	return packets;
}

function lengthOf(packets: readonly Packet[]) {
	const shown = packets.filter(({ startS, durationS }) => startS + durationS > 0 || durationS === 0);
	const starts = shown.map(({ startS }) => startS).sort((a, b) => a - b);
	const step = starts.length > 1 ? (starts.at(-1) ?? 0) - (starts.at(-2) ?? 0) : 0;
	const endS = shown.reduce((end, { startS, durationS }) => Math.max(end, startS + (durationS || step)), 0);
	const longestFrameS = starts.reduce((longest, startS, n) => Math.max(longest, (starts[n + 1] ?? endS) - startS), 0);
	return { frames: starts.length, durationS: starts.length === 0 ? 0 : endS - (starts[0] ?? 0), longestFrameS };
}

function soundLength(packets: readonly Packet[]): number {
	const firstS = packets.reduce((first, { startS }) => Math.min(first, startS), Infinity);
	const endS = packets.reduce((end, { startS, durationS }) => Math.max(end, startS + durationS), 0);
	return packets.length === 0 ? 0 : endS - Math.max(0, firstS);
}

async function decodesFirst(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<boolean> {
	const args = [
		...GLOBAL_ARGS,
		'-an',
		...inputArgs(path),
		'-map',
		`0:${PICTURE_TRACK}`,
		'-frames:v',
		'1',
		'-f',
		'framecrc',
		'pipe:1',
	];
	let pictures = 0;
	const end = await ffmpeg.run(args, {
		signal,
		stallMs: STALL_MS,
		onLine: (line) => {
			if (!line.startsWith('#')) pictures += 1;
		},
	});
	return end.kind === 'done' && pictures > 0;
}
