import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from './ffmpeg-args.ts';

/**
 * AVI and raw streams say when a packet is decoded, not when its picture is shown. Decoding one picture tells the distance, which is
 * the same for all. Give ffmpeg `args` and an output, and what it writes there to `add`, line by line.
 */
export function firstPictureFrom() {
	let timebase = Number.NaN;
	let seconds: number | undefined;
	return {
		args: (input: string): string[] => [
			...GLOBAL_ARGS,
			...['-copyts', '-an', '-sn', '-dn', ...inputArgs(input), '-map', `0:${PICTURE_TRACK}`],
			...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-frames:v', '1', '-f', 'framecrc'],
		],
		add(line: string): void {
			const [, num, den] = /^#tb 0: (\d+)\/(\d+)/.exec(line) ?? [];
			if (num !== undefined) timebase = Number(num) / Number(den);
			const [, pts] = /^0,\s*-?\d+,\s*(-?\d+),/.exec(line) ?? [];
			if (pts !== undefined) seconds ??= Number(pts) * timebase;
		},
		/** When the first picture is shown; undefined when none could be decoded. */
		get seconds() {
			return seconds;
		},
	};
}
