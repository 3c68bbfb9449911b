import { expect, test } from 'vitest';
import type { ExportTask } from '#core/export/export-task';
import { differenceFrom, folderDifference, type Measured } from './compare-output.ts';

const task: ExportTask = {
	id: 'task',
	container: 'mp4',
	pieces: [{ media: `1-${'a'.repeat(64)}`, inS: 0, outS: 8, crop: { x: 0, y: 0, width: 608, height: 1080 } }],
	video: {
		kind: 'mp4',
		codec: 'avc',
		size: { width: 288, height: 512 },
		rate: 'source',
		frames: 240,
		quality: { crf: 23 },
		scaling: 'fast',
	},
	audio: { kind: 'encode', codec: 'aac', bitrate: 128_000 },
	output: { name: 'clip', extension: 'mp4' },
	durationS: 8,
};
const good: Measured = {
	video: { frames: 240, durationS: 8, longestFrameS: 1 / 30, width: 288, height: 512, codec: 'avc', decodes: true },
	audio: { durationS: 8.02, codec: 'aac' },
};

test('a file that is what the task asked for passes', () => {
	expect(differenceFrom(task, good)).toBeUndefined();
});

test.each<[string, Measured]>([
	['239 frames', { ...good, video: { ...good.video!, frames: 239 } }],
	['288×510', { ...good, video: { ...good.video!, height: 510 } }],
	['7.900 s long', { ...good, video: { ...good.video!, durationS: 7.9 } }],
	['does not decode', { ...good, video: { ...good.video!, decodes: false } }],
	['no picture', { ...good, video: undefined }],
	['no sound', { ...good, audio: undefined }],
	['sound is 7.000 s', { ...good, audio: { durationS: 7, codec: 'aac' } }],
])('says: %s', (words, measured) => {
	expect(differenceFrom(task, measured)).toContain(words);
});

test('a frame more or less of length passes, and a codec this browser cannot decode is not held against the file', () => {
	expect(
		differenceFrom(task, { ...good, video: { ...good.video!, durationS: 7.967, decodes: undefined } }),
	).toBeUndefined();
});

const copied: ExportTask = { ...task, audio: { kind: 'copy', codec: 'aac' } };

test.each([0.02, 5, 8.15])('copied sound of %d s passes: it ends where the sound of the source does', (durationS) => {
	expect(differenceFrom(copied, { ...good, audio: { durationS, codec: 'aac' } })).toBeUndefined();
});

test.each([0, 8.2])('copied sound of %d s is empty or longer than the picture, and is told', (durationS) => {
	expect(differenceFrom(copied, { ...good, audio: { durationS, codec: 'aac' } })).toContain('its sound is');
});

const pictures: ExportTask = {
	...task,
	container: 'frames',
	video: {
		kind: 'frames',
		format: 'webp',
		quality: 92,
		size: { width: 288, height: 512 },
		rate: 'source',
		frames: 240,
		scaling: 'fast',
	},
	audio: { kind: 'wav' },
	output: { name: 'clip', extension: '' },
};
const folder = { pictures: 240, size: { width: 288, height: 512 }, odd: undefined, bytes: 9 };
const wav = { durationS: 8, codec: 'pcm-s16' };

test('a folder with every picture and its sound passes', () => {
	expect(folderDifference(pictures, folder, wav)).toBeUndefined();
});

test.each([
	['239 pictures', { ...folder, pictures: 239 }, wav],
	['288×510', { ...folder, size: { width: 288, height: 510 } }, wav],
	['frame_0007.webp is missing', { ...folder, odd: 'frame_0007.webp is missing' }, wav],
	['no sound', folder, undefined],
	['sound is 7.990 s', folder, { ...wav, durationS: 7.99 }],
])('says of a folder: %s', (words, measured, audio) => {
	expect(folderDifference(pictures, measured, audio)).toContain(words);
});
