import { describe, expect, test } from 'vitest';
import { WHOLE_FRAME, type CropState } from '../crop/crop.ts';
import { planExport } from './export-plan.ts';
import { DEFAULT_EXPORT_SETTINGS, type ExportFormat, type ExportSettings } from './export-settings.ts';
import type { ExportPlan } from './export-task.ts';
import { frameIndexFrom } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { MINUTE } from '../media/minute-fixture.ts';

const media = `100-${'a'.repeat(64)}`;
const facts: MediaFacts = {
	...{ ...MINUTE, fingerprint: media, name: 'walk.mov', bytes: 6000, container: 'mov' },
	video: { ...MINUTE.video, codecString: 'avc1.640028', width: 1080, height: 1920, rotation: 90 },
	audio: [{ codec: 'pcm-s16', sampleRateHz: 48000, channels: 2 }],
};
/** A key frame a second, no reordering. */
const index = frameIndexFrom(
	Float64Array.from({ length: 1800 }, (_, n) => Math.round((n * 1e6) / 30)),
	Uint8Array.from({ length: 1800 }, (_, n) => (n % 30 === 0 ? 1 : 0)),
	33_333,
	'stored',
);

let ids = 0;
function plan(
	spans: readonly (readonly [number, number])[],
	settings: Partial<ExportSettings>,
	changed: Partial<MediaFacts> = {},
	crop: CropState = WHOLE_FRAME,
): ExportPlan {
	const planned = planExport({
		selection: spans.map(([inS, outS]) => ({ segment: { media, inS, outS, name: '' }, crop })),
		factsOf: () => ({ ...facts, ...changed }),
		indexOf: () => index,
		settings: { ...DEFAULT_EXPORT_SETTINGS, ...settings },
		now: new Date(0),
		newId: () => `id-${ids++}`,
	});
	if (!planned.ok) throw new Error(planned.error.map(({ text }) => text).join());
	return planned.value;
}
const said = ({ notes }: ExportPlan): string => notes.map(({ text }) => text).join('\n');

describe('copies', () => {
	test('start at a key frame, stay what they are, and tell how early', () => {
		const planned = plan([[10.3, 20]], { cutMode: 'copy' });
		expect(planned.tasks).toMatchObject([
			{
				container: 'mov',
				pieces: [{ inS: 10, outS: 20 }],
				video: { kind: 'copy', exact: false, codec: 'avc', size: { width: 1080, height: 1920 }, frames: 300 },
				audio: { kind: 'copy', codec: 'pcm-s16' },
				output: { name: 'walk_001', extension: 'mov' },
				durationS: 10,
			},
		]);
		expect(said(planned)).toBe(
			'The file stays what it is: MOV.\nSegment 1 starts at 0:10.000, 0.30 s early (9 frames).',
		);
		expect(planned.estimatedBytes).toBe(1000);
	});

	test('say that crop, size and rate do not apply', () => {
		const square = { ...WHOLE_FRAME, ratio: { width: 1, height: 1 } };
		for (const planned of [
			plan([[10, 20]], { cutMode: 'copy' }, {}, square),
			plan([[10, 20]], { cutMode: 'smart', shortSide: 288 }),
			plan([[10, 20]], { cutMode: 'copy', rate: { num: 16, den: 1 } }),
		]) {
			expect(said(planned)).toContain('crop, size and frame rate do not apply');
			expect(planned.tasks[0]?.video).toMatchObject({ size: { width: 1080, height: 1920 }, frames: 300 });
		}
	});

	test('of many clips tell the sums only', () => {
		const spans = Array.from({ length: 9 }, (_, n) => [5 * n + 0.5, 5 * n + 4] as const);
		expect(said(plan(spans, { cutMode: 'copy' }))).toContain(
			'9 of 9 clips are longer than marked: up to 0.50 s early and 0.00 s late.',
		);
	});

	test('without sound when that is off', () => {
		expect(plan([[1, 2]], { cutMode: 'copy', audio: 'off' }).tasks[0]?.audio).toEqual({ kind: 'none' });
	});
});

describe('exact cuts', () => {
	test('keep the marks and tell what is encoded', () => {
		const planned = plan([[10.3, 20.5]], { cutMode: 'smart' });
		expect(planned.tasks).toMatchObject([
			{ pieces: [{ inS: 10.3, outS: 20.5 }], video: { kind: 'copy', exact: true, frames: 306 }, durationS: 10.2 },
		]);
		expect(said(planned)).toContain('Segment 1: 21 of 306 frames are encoded anew, the others are copied.');
	});

	test('on key frames encode nothing', () => {
		const planned = plan([[10, 20]], { cutMode: 'smart' });
		expect(planned.tasks[0]?.video).toMatchObject({ exact: false });
		expect(said(planned)).toContain('nothing is encoded anew');
	});

	test('become precise with the reason, each on its own', () => {
		const planned = plan(
			[
				[10.3, 20],
				[30.1, 30.9],
			],
			{ cutMode: 'smart', quality: { crf: 18 } },
		);
		expect(planned.tasks).toMatchObject([
			{ container: 'mov', video: { kind: 'copy' } },
			{
				container: 'mp4',
				video: { kind: 'mp4', quality: { crf: 18 }, size: { width: 1080, height: 1920 }, frames: 24 },
			},
		]);
		expect(said(planned)).toContain(
			'Segment 2 is encoded from start to end: there is no key frame in it to go on from.',
		);
		const { video } = facts;
		const hevc = plan(
			[[10.3, 20]],
			{ cutMode: 'smart' },
			{ video: { ...video!, codec: 'hevc', codecString: 'hvc1.1.6.L93.B0' } },
		);
		expect(hevc.tasks[0]?.video.kind).toBe('mp4');
		expect(said(hevc)).toContain('browsers do not encode H.265 to match the file');
	});

	test('of a container that is not copied become precise', () => {
		const planned = plan([[10, 20]], { cutMode: 'copy' }, { container: 'ts' });
		expect(planned.tasks[0]).toMatchObject({ container: 'mp4', video: { kind: 'mp4', frames: 300 } });
		expect(said(planned)).toContain('TS files are not copied');
	});
});

describe('joined', () => {
	test('segments are one file', () => {
		const planned = plan(
			[
				[10.5, 12],
				[1, 3],
				[40.2, 42],
			],
			{ cutMode: 'smart', join: true },
		);
		expect(planned.tasks).toMatchObject([
			{
				pieces: [
					{ inS: 10.5, outS: 12 },
					{ inS: 1, outS: 3 },
					{ inS: 40.2, outS: 42 },
				],
				video: { kind: 'copy', exact: true, frames: 45 + 60 + 54 },
				output: { name: 'walk_001' },
			},
		]);
		expect(planned.tasks[0]?.durationS).toBeCloseTo(5.3, 9);
	});

	test('all are encoded when one has to be', () => {
		const planned = plan(
			[
				[10, 12],
				[1.1, 1.9],
			],
			{ cutMode: 'smart', join: true },
		);
		expect(planned.tasks).toMatchObject([{ video: { kind: 'mp4', frames: 84 }, pieces: [{}, {}] }]);
		expect(said(planned)).toContain('All is encoded from start to end because of Segment 2');
	});

	test('only when packets are copied', () => {
		expect(
			plan(
				[
					[1, 2],
					[3, 4],
				],
				{ join: true },
			).tasks,
		).toHaveLength(2);
	});
});

describe('other formats', () => {
	test.each<[ExportFormat, object]>([
		[
			'frames',
			{
				container: 'frames',
				video: { kind: 'frames', format: 'webp', quality: 92, frames: 45 },
				audio: { kind: 'wav' },
				output: { extension: '' },
			},
		],
		[
			'gif',
			{
				container: 'gif',
				video: { kind: 'gif', rate: { num: 100, den: 5 }, frames: 30 },
				audio: { kind: 'none' },
				output: { extension: 'gif' },
			},
		],
		['m4a', { container: 'mp4', video: { kind: 'none' }, audio: { codec: 'aac' }, output: { extension: 'm4a' } }],
		['mp3', { container: 'mp3', video: { kind: 'none' }, audio: { codec: 'mp3' }, output: { extension: 'mp3' } }],
		['wav', { container: 'wav', video: { kind: 'none' }, audio: { codec: 'pcm-s16' }, output: { extension: 'wav' } }],
	])('%s', (format, task) => {
		// A kind of cut that was chosen for films does not reach them.
		for (const cutMode of ['precise', 'copy'] as const) {
			expect(plan([[1.5, 3]], { format, cutMode, audio: format === 'wav' ? 'off' : 'on' }).tasks).toMatchObject([task]);
		}
	});

	test('that need what the file lacks say so', () => {
		expect(() => plan([[1, 2]], { format: 'mp3' }, { audio: [] })).toThrow(
			'walk.mov has no sound. Choose a format with a picture.',
		);
	});
});
