import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasuredFolder } from '#core/export/compare-output';
import { pictureFileName, type PictureFormat } from '#core/export/output-file-name';
import { GLOBAL_ARGS } from '#core/ffmpeg/ffmpeg-args';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';

const STALL_MS = 60_000;
const DECODER: Readonly<Record<PictureFormat, string>> = { webp: 'webp', png: 'png', jpeg: 'mjpeg' };

/** What a folder of pictures holds: every one is decoded, in one run of ffmpeg inside the folder. */
export async function measurePictures(
	ffmpeg: Ffmpeg,
	folder: string,
	format: PictureFormat,
	signal: AbortSignal,
): Promise<MeasuredFolder> {
	const names = new Set(await readdir(folder));
	let pictures = 0;
	let bytes = 0;
	while (names.has(pictureFileName(format, pictures + 1))) {
		pictures += 1;
		bytes += (await stat(join(folder, pictureFileName(format, pictures)))).size;
	}
	if (names.size > pictures) {
		return { pictures, size: undefined, odd: `${pictureFileName(format, pictures + 1)} is missing`, bytes };
	}
	const sizes: string[] = [];
	// The folder is where it runs: a percent sign in a path would mean something in this list of pictures.
	const input = [
		'-f',
		'image2',
		'-c:v',
		DECODER[format],
		'-start_number',
		'1',
		'-i',
		`file:${pictureFileName(format, 1).replace('0001', '%04d')}`,
	];
	const end = await ffmpeg.run(
		[...GLOBAL_ARGS, ...input, '-vf', 'showinfo=checksum=0', '-f', 'null', '-loglevel', 'info', '-'],
		{
			signal,
			cwd: folder,
			stallMs: STALL_MS,
			onLog: (line) => {
				const [, size] = / n: *\d+ .* s:(\d+x\d+)/u.exec(line) ?? [];
				if (size !== undefined) sizes.push(size);
			},
		},
	);
	const [width = 0, height = 0] = (sizes[0] ?? '').split('x').map(Number);
	const odd = sizes.findIndex((size) => size !== sizes[0]);
	if (odd > 0)
		return {
			pictures,
			size: { width, height },
			odd: `${pictureFileName(format, odd + 1)} is ${sizes[odd] ?? ''}`,
			bytes,
		};
	const broken = end.kind === 'done' && sizes.length === pictures ? undefined : 'one of its pictures does not open';
	return { pictures, size: { width, height }, odd: broken, bytes };
}
