import { afterEach, expect, test, vi } from 'vitest';
import { canShare } from './deliver.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
	['a.mp4', 'video/mp4'],
	['a.MOV', 'video/quicktime'],
	['a.webm', 'video/webm'],
	['a.mp4.gif', 'image/gif'],
	['a.m4a', 'audio/mp4'],
	['a.mp3', 'audio/mpeg'],
	['a.wav', 'audio/wav'],
	['a', 'application/octet-stream'],
])('whether %s can be shared is asked for %s', (name, type) => {
	const ask = vi.fn<(data: ShareData) => boolean>(() => true);
	vi.stubGlobal('navigator', { canShare: ask });
	expect(canShare(name)).toBe(true);
	expect(ask.mock.lastCall?.[0].files?.map((file) => file.type)).toEqual([type]);
});
