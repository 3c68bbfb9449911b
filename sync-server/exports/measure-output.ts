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

/** What a finished file holds, counted in the file itself; only the first picture is decoded. Undefined when it cannot be opened. */
export async function measureOutput(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<Measured | undefined> {
	let json = '';
	const ask = ['-v', 'error', '-of', 'json', ...inputArgs(path), '-show_streams', '-show_format'];
	const end = await ffmpeg.probe(ask, {
		signal,
		stallMs: STALL_MS,
		onBytes: (bytes) => (json += bytes.toString('utf8')),
	});
	if (end.kind !== 'done') return undefined;
	const overview = Overview.parse(JSON.parse(json));
	const picture = pictureOf(overview);
	const sound = overview.streams.find(({ codec_type: type }) => type === 'audio');
	const [pictures, sounds] = await Promise.all([
		picture && packetsOf(ffmpeg, path, PICTURE_TRACK, signal),
		sound && packetsOf(ffmpeg, path, 'a:0', signal),
	]);
	const size = picture && squareSize(picture);
	return {
		video:
			pictures && size
				? {
						...lengthOf(pictures),
						...size,
						codec: picture.codec_name ?? 'unknown',
						decodes: await decodesFirst(ffmpeg, path, signal),
					}
				: undefined,
		audio: sounds && {
			durationS: soundLength(sounds),
			codec: (sound?.codec_name ?? 'unknown').replace(/^pcm_/u, 'pcm-'),
		},
	};
}

async function packetsOf(ffmpeg: Ffmpeg, path: string, track: string, signal: AbortSignal): Promise<readonly Packet[]> {
	const packets: Packet[] = [];
	const entries = ['-show_entries', 'packet=pts_time,dts_time,duration_time,flags'];
	await ffmpeg.probe(['-v', 'error', '-of', 'compact=p=0', ...inputArgs(path), '-select_streams', track, ...entries], {
		signal,
		stallMs: STALL_MS,
		onLine: (line) => {
			const fields = new Map(line.split('|').map((field) => field.split('=') as [string, string]));
			if (fields.get('flags')?.includes('D') === true) return;
			const told = Number.parseFloat(fields.get('pts_time') ?? '');
			const startS = Number.isFinite(told) ? told : Number.parseFloat(fields.get('dts_time') ?? '');
			const durationS = Number.parseFloat(fields.get('duration_time') ?? '');
			if (Number.isFinite(startS)) packets.push({ startS, durationS: Number.isFinite(durationS) ? durationS : 0 });
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
