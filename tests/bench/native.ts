import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Clip {
	readonly source: string;
	readonly inS: number;
	readonly durationS: number;
	/** Crop in source pixels, then the output size. */
	readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
	readonly size: { readonly width: number; readonly height: number };
	readonly bitrate: number;
	readonly audioBitrate: number;
}

const filtersOf = ({ crop, size }: Clip, flags: string): string =>
	[
		`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`,
		...(crop.width === size.width && crop.height === size.height ? [] : [`scale=${size.width}:${size.height}${flags}`]),
	].join(',');

/** The peer: the ffmpeg on PATH, all cores. Answers milliseconds. */
export async function exportNatively(clip: Clip, output: string): Promise<number> {
	const startedMs = performance.now();
	await run('ffmpeg', [
		...['-v', 'error', '-y', '-ss', String(clip.inS), '-i', clip.source, '-t', String(clip.durationS)],
		...['-vf', filtersOf(clip, ''), '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', String(clip.bitrate)],
		...['-c:a', 'aac', '-b:a', String(clip.audioBitrate), '-movflags', '+faststart', output],
	]);
	return performance.now() - startedMs;
}

/** Structural similarity (0..1) of `output` with the source, cropped and scaled with an area filter. Frames are compared one by one. */
export async function similarity(clip: Clip, output: string): Promise<number> {
	const reference = `[1:v]trim=duration=${clip.durationS},${filtersOf(clip, ':flags=area')},setpts=N/30/TB[r]`;
	const { stderr } = await run('ffmpeg', [
		...['-v', 'info', '-i', output, '-ss', String(clip.inS), '-i', clip.source],
		...['-lavfi', `${reference};[0:v]setpts=N/30/TB[o];[o][r]ssim`, '-f', 'null', '-'],
	]);
	return Number(/All:([\d.]+)/.exec(stderr)?.[1] ?? NaN);
}
