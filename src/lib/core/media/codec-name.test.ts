import { expect, test } from 'vitest';
import { codecName } from './codec-name.ts';

test('a codec has the name that people know, whoever wrote it down', () => {
	expect(['avc', 'h264', 'avc1.64001e', 'libx264'].map(codecName)).toEqual(['H.264', 'H.264', 'H.264', 'H.264']);
	expect(['vp09.00.40.08', 'av01.0.08M.08', 'mp4a.40.2'].map(codecName)).toEqual(['VP9', 'AV1', 'AAC']);
	expect(['pcm-s16', 'H.264', 'dnxhd'].map(codecName)).toEqual(['PCM', 'H.264', 'DNXHD']);
});
