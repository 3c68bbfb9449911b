import { open } from 'node:fs/promises';
import type { Measured } from '#core/export/compare-output';
import { readLayout, viewOf } from '#core/mp4/boxes';
import { shownSize, tracksOf } from '#core/mp4/movie';
import { framesOf, soundSpanOf } from '#core/mp4/read-movie';
import { frameCount } from '#core/time/frame-index';
import { fileSource } from '../library/file-source.ts';

/**
 * What a finished MP4 or MOV of ffmpeg's own encoders holds, by its own tables: no program is started for it. Undefined where they do not tell: then
 * `measureOutput` looks.
 */
export async function measureMovie(path: string, signal: AbortSignal): Promise<Measured | undefined> {
	const handle = await open(path);
	try {
		const file = fileSource(handle, (await handle.stat()).size);
		const { movie, cutOff } = await readLayout(file, signal);
		if (movie === undefined || cutOff) return undefined;
		const box = await viewOf(file, movie);
		const tracks = tracksOf(box) ?? [];
		const picture = tracks.find(({ handler }) => handler === 'vide');
		const sound = tracks.find(({ handler }) => handler === 'soun');
		const [frames, size] = [picture && framesOf(box, picture, file.size), picture && shownSize(box, picture)];
		const heard = sound && soundSpanOf(box, sound, file.size);
		if (picture === undefined || frames === undefined || frames.promisedEndS !== undefined || size === undefined) {
			return undefined;
		}
		const { ptsUs, endUs } = frames.index;
		const longestUs = ptsUs.reduce((most, atUs, n) => Math.max(most, (ptsUs[n + 1] ?? endUs) - atUs), 0);
		return {
			video: {
				...{ frames: frameCount(frames.index), durationS: (endUs - (ptsUs[0] ?? 0)) / 1e6 },
				...{ longestFrameS: longestUs / 1e6, ...size, codec: picture.format, decodes: undefined },
			},
			audio: sound && heard && { durationS: heard.endS - Math.max(0, heard.startS), codec: soundName(sound.format) },
		};
	} finally {
		await handle.close();
	}
}

/** Samples as they are have a name of their own. */
const soundName = (format: string): string => (['sowt', 'twos', 'lpcm'].includes(format) ? 'pcm-s16' : format);
