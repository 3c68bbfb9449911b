import { expect, test } from 'vitest';
import type { JobRecord } from '$lib/storage/job-record';
import { endedBetween, formatSeconds, messageOf, nameOf, progressFacts, resultFacts } from './job-facts.ts';

const record = (job: Partial<JobRecord['job']>, extra: Partial<JobRecord> = {}): JobRecord => ({
	job: {
		id: 'a',
		kind: 'export',
		state: 'queued',
		progress: 0,
		step: '',
		attempts: 1,
		priority: 0,
		createdAt: '2026-01-01T00:00:00.000Z',
		...job,
	},
	task: {
		id: 't',
		container: 'mp4',
		pieces: [],
		video: { kind: 'none' },
		audio: { kind: 'none' },
		output: { name: 'clip_001', extension: 'mp4' },
		durationS: 8,
	},
	facts: [],
	engineChoice: 'auto',
	engine: '',
	engineReason: '',
	destination: { kind: 'browser' },
	notes: [],
	...extra,
});

const result = {
	fileName: 'clip_001_2.mp4',
	bytes: 1_412_000,
	frames: 240,
	durationS: 8,
	width: 288,
	height: 512,
	encoder: 'avc1.64001e (browser)',
	tookS: 1.42,
};

test('a result is told as it was counted', () => {
	const done = record({ state: 'done' }, { result });
	expect(nameOf(done)).toBe('clip_001_2.mp4');
	expect(resultFacts(done)).toBe('240 frames, 288×512, 8.0 s, 1.41 MB, made in 1.4 s, H.264 by the browser');
	expect(resultFacts(record({ state: 'done' }, { result: { ...result, frames: 0, width: 0, height: 0 } }))).toBe(
		'8.0 s, 1.41 MB, made in 1.4 s, H.264 by the browser',
	);
	expect(
		resultFacts(record({ state: 'done' }, { result: { ...result, encoder: 'avc1.64001f (copied, ends encoded)' } })),
	).toMatch(/H\.264 copied, ends encoded$/);
	const encodedBy = (encoder: string): string =>
		resultFacts(record({ state: 'done' }, { result: { ...result, encoder } }));
	expect(encodedBy('gif (ffmpeg.wasm)')).toMatch(/, GIF by ffmpeg$/);
	expect(encodedBy('webp (browser)')).toMatch(/, WebP by the browser$/);
	expect(encodedBy('WebP')).toMatch(/, WebP$/);
	expect(encodedBy('libx264 (ffmpeg on the server)')).toMatch(/, H\.264 by the server$/);
	expect(encodedBy('hevc_nvenc (ffmpeg on the server)')).toMatch(/, H\.265 by the server, with NVENC$/);
	expect(encodedBy('copied (server)')).toMatch(/, copied by the server$/);
	expect(encodedBy('copied, its ends encoded (server)')).toMatch(/, copied by the server, ends encoded$/);
});

test('progress says what is known and nothing else', () => {
	const running = { state: 'running', step: 'Encoding', progress: 0.429 } as const;
	expect(progressFacts(record(running))).toBe('Encoding · 42 %');
	expect(progressFacts(record({ ...running, speed: 4.21, etaS: 71.2 }))).toBe(
		'Encoding · 42 % · 4.2× speed · 1 min 12 s left',
	);
});

test('durations read like a clock on the wall', () => {
	expect([0.04, 9.94, 9.96, 59.4, 60, 200, 3600, 3900].map(formatSeconds)).toEqual([
		'0.0 s',
		'9.9 s',
		'10 s',
		'59 s',
		'1 min',
		'3 min 20 s',
		'1 h',
		'1 h 5 min',
	]);
});

test('every state has its sentence', () => {
	expect(messageOf(record({ state: 'running', attempts: 2 }))).toContain('start 2');
	expect(messageOf(record({ state: 'failed', error: { kind: 'out-of-space', subject: 'clip_001' } }))).toBe(
		'There is no space left for “clip_001”. Free some space and retry.',
	);
	const folder = { kind: 'folder', handleId: 'f', name: 'Clips' } as const;
	expect(messageOf(record({ state: 'done' }, { destination: folder }))).toBe('In the folder “Clips”.');
	const server = { kind: 'server', place: '', name: 'home' } as const;
	expect(messageOf(record({ state: 'done' }, { destination: server }))).toBe('In the folder of home.');
});

test('only jobs that were seen under way are announced when they end', () => {
	const before = [record({ state: 'running' })];
	expect(endedBetween([], [record({ state: 'done' })])).toBe('');
	expect(endedBetween(before, [record({ state: 'done' }, { result })])).toBe('clip_001_2.mp4 is ready.');
	expect(endedBetween(before, [record({ state: 'cancelled' })])).toBe('clip_001.mp4 was cancelled.');
	expect(endedBetween(before, before)).toBe('');
});
