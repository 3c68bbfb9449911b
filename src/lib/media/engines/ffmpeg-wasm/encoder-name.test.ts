import { expect, test } from 'vitest';
import type { ExportTask } from '#core/export/export-task';
import { encoderName } from './encoder-name.ts';

const task = (parts: { video: object; audio?: object }): ExportTask =>
	({ audio: { kind: 'none' }, ...parts }) as unknown as ExportTask;

test('what is named made the output, and no sound where there is none', () => {
	const codec = { kind: 'encode', codec: 'mp3' };
	expect(encoderName(task({ video: { kind: 'gif' } }))).toBe('gif (ffmpeg.wasm)');
	expect(encoderName(task({ video: { kind: 'frames', format: 'png' }, audio: { kind: 'wav' } }))).toBe(
		'png (ffmpeg.wasm)',
	);
	expect(encoderName(task({ video: { kind: 'none' }, audio: codec }))).toBe('mp3 (ffmpeg.wasm)');
	expect(encoderName(task({ video: { kind: 'mp4', codec: 'avc' }, audio: codec }))).toBe('libx264 (ffmpeg.wasm)');
	expect(encoderName(task({ video: { kind: 'copy' } }))).toBe('copied by ffmpeg');
});
