import { expect, test } from 'vitest';
import type { ExportTask } from '#core/export/export-task';
import { shareDecoding } from './share-decoding.ts';

const A = `1-${'a'.repeat(64)}`;
const B = `1-${'b'.repeat(64)}`;

function clip(id: string, inS: number, outS: number, media = A, more: Partial<ExportTask> = {}): ExportTask {
	return {
		id,
		container: 'mp4',
		pieces: [{ media, inS, outS, crop: { x: 0, y: 0, width: 16, height: 16 } }],
		video: {
			kind: 'mp4',
			codec: 'avc',
			size: { width: 16, height: 16 },
			rate: 'source',
			frames: 30,
			quality: { crf: 23 },
			scaling: 'fast',
		},
		audio: { kind: 'none' },
		output: { name: id, extension: 'mp4' },
		durationS: outS - inS,
		...more,
	};
}

const groups = (...tasks: ExportTask[]): string[] =>
	shareDecoding(tasks).map((group) => group.map(({ id }) => id).join(''));

test('clips that overlap are one group, in any order of being asked', () => {
	expect(groups(clip('a', 0, 8), clip('b', 3, 11), clip('c', 6, 14))).toEqual(['abc']);
	expect(groups(clip('c', 6, 14), clip('a', 0, 8), clip('b', 3, 11))).toEqual(['cab']);
});

test('clips that touch are one group, clips with a gap are not', () => {
	expect(groups(clip('a', 0, 8), clip('b', 8, 16), clip('c', 17, 20))).toEqual(['ab', 'c']);
});

test('another file is another group', () => {
	expect(groups(clip('a', 0, 8), clip('b', 3, 11, B), clip('c', 6, 14))).toEqual(['ac', 'b']);
});

test('films and copies stand alone', () => {
	const film = clip('f', 0, 8);
	const joined = { ...film, pieces: [...film.pieces, ...film.pieces] };
	const copy = clip('c', 0, 8, A, {
		video: { kind: 'copy', exact: false, codec: 'avc', size: { width: 16, height: 16 }, frames: 30 },
	});
	expect(groups(clip('a', 0, 8), joined, copy, clip('b', 1, 9))).toEqual(['ab', 'f', 'c']);
});

test('no more than eight grow at once', () => {
	const dense = Array.from({ length: 20 }, (_, i) => clip(String.fromCharCode(97 + i), i * 0.1, i * 0.1 + 8));
	expect(groups(...dense)).toEqual(['abcdefgh', 'ijklmnop', 'qrst']);
	const chain = Array.from({ length: 20 }, (_, i) => clip(String.fromCharCode(97 + i), i * 4, i * 4 + 8));
	expect(groups(...chain)).toHaveLength(1);
});
