import { describe, expect, test } from 'vitest';
import { WHOLE_FRAME, type CropState } from '../crop/crop.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import { encodeSeries } from '../crop/camera-path.ts';
import { planExport, type PlanRequest } from './export-plan.ts';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings } from './export-settings.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { framesAt, MINUTE } from '../media/minute-fixture.ts';

const media = `100-${'a'.repeat(64)}`;
const facts: MediaFacts = { ...MINUTE, fingerprint: media, bytes: 100 };
const index = framesAt(30, 1800);

let ids = 0;
const request = (
	spans: readonly (readonly [number, number])[],
	settings: Partial<ExportSettings> = {},
	changed: { [K in keyof MediaFacts]?: MediaFacts[K] | undefined } = {},
): PlanRequest => ({
	selection: spans.map(([inS, outS], n) => ({
		segment: { media, inS, outS, name: n === 0 ? '' : `part ${n}` },
		crop: { ...WHOLE_FRAME, ratio: { width: 9, height: 16 } },
	})),
	factsOf: () => ({ ...facts, ...changed }) as MediaFacts,
	indexOf: () => index,
	settings: { ...DEFAULT_EXPORT_SETTINGS, shortSide: 288, ...settings },
	now: new Date(0),
	newId: () => `id-${ids++}`,
});

describe('planExport', () => {
	test('eight seconds at 30 frames per second are exactly 240 frames of 288×512', () => {
		const plan = planExport(request([[2, 10]]));
		expect(plan).toMatchObject({
			ok: true,
			value: {
				tasks: [
					{
						pieces: [{ inS: 2, outS: 10, crop: { x: 656, y: 0, width: 608, height: 1080 } }],
						video: { kind: 'mp4', codec: 'avc', frames: 240, size: { width: 288, height: 512 } },
						audio: { kind: 'encode', codec: 'aac' },
						output: { name: 'walk_001', extension: 'mp4' },
						durationS: 8,
					},
				],
			},
		});
	});
	test('a constant rate decides the count of frames', () => {
		const plan = planExport(request([[0, 8.05]], { rate: { num: 16, den: 1 } }));
		expect(plan).toMatchObject({ ok: true, value: { tasks: [{ video: { frames: 129 }, durationS: 129 / 16 }] } });
	});
	test('two clips never get the same name', () => {
		const plan = planExport(
			request(
				[
					[0, 1],
					[1, 2],
				],
				{ nameTemplate: '{name}' },
			),
		);
		if (!plan.ok) throw new Error('the plan failed');
		expect(plan.value.tasks.map((task) => task.output.name)).toEqual(['walk', 'walk_2']);
	});
	test('a span beyond the end is refused with its position, one across the end is shortened with a note', () => {
		expect(
			planExport(
				request([
					[0, 1],
					[70, 80],
				]),
			),
		).toMatchObject({ ok: false, error: [{ kind: 'empty-span', position: 1 }] });
		const plan = planExport(request([[59, 65]]));
		expect(plan).toMatchObject({ ok: true, value: { tasks: [{ video: { frames: 30 } }] } });
		if (plan.ok) expect(plan.value.notes.map((note) => note.text)).toContain('Segment 1 ends where walk.mp4 ends.');
	});
	test('a span between two frames holds no frame', () => {
		expect(planExport(request([[1.001, 1.02]]))).toMatchObject({ ok: false, error: [{ kind: 'no-frames' }] });
	});
	test('a source without sound gives a clip without sound, and says so', () => {
		const plan = planExport(request([[0, 1]], {}, { audio: [] }));
		expect(plan).toMatchObject({ ok: true, value: { tasks: [{ audio: { kind: 'none' } }] } });
		if (plan.ok) expect(plan.value.notes[0]?.text).toContain('no sound');
	});
	test('sound without a picture becomes an audio file', () => {
		const plan = planExport(request([[0, 1]], {}, { video: undefined }));
		expect(plan).toMatchObject({
			ok: true,
			value: { tasks: [{ video: { kind: 'none' }, output: { extension: 'm4a' } }] },
		});
	});
	test('an enlarged picture is a warning', () => {
		const plan = planExport(request([[0, 1]], { shortSide: 1440 }));
		if (!plan.ok) throw new Error('the plan failed');
		expect(plan.value.notes.find((note) => note.kind === 'warning')?.text).toContain('enlarged');
	});
});

describe('a crop that changes over time', () => {
	const portrait = (x: number): CropState => ({
		...WHOLE_FRAME,
		ratio: { width: 9, height: 16 },
		centre: { x, y: 0.5 },
	});
	const tracked = (track: CropTrack): PlanRequest => {
		const whole = request([[2, 10]]);
		return { ...whole, selection: whole.selection.map((selection) => ({ ...selection, track })) };
	};
	const at = (atS: number, crop: CropState): CropTrack['keyframes'][number] => ({ atS, crop });

	test('gives the piece one rectangle a frame, beginning with its crop', () => {
		const plan = planExport(
			tracked({ base: WHOLE_FRAME, keyframes: [at(2, portrait(0.3)), at(10, portrait(0.7))], interpolation: 'smooth' }),
		);
		const piece = plan.ok ? plan.value.tasks[0]?.pieces[0] : undefined;
		expect(piece?.path?.x).toHaveLength(240);
		expect(piece?.crop.x).toBe(piece?.path?.x[0]);
		expect(piece?.path?.x.at(-1)).toBeGreaterThan(1000);
		expect(plan).toMatchObject({ value: { tasks: [{ video: { size: { width: 288, height: 512 } } }], notes: [] } });
	});

	test('that stands still in the span is a plain crop', () => {
		const plan = planExport(
			tracked({ base: portrait(0.5), keyframes: [at(20, portrait(0.7))], interpolation: 'step' }),
		);
		expect(plan.ok && plan.value.tasks[0]?.pieces[0]).toEqual({
			media,
			inS: 2,
			outS: 10,
			crop: { x: 656, y: 0, width: 608, height: 1080 },
		});
	});

	test('keeps its first shape, and says so', () => {
		const square = { ...portrait(0.5), ratio: { width: 1, height: 1 } };
		const plan = planExport(tracked({ base: portrait(0.5), keyframes: [at(5, square)], interpolation: 'step' }));
		expect(plan).toMatchObject({
			value: {
				tasks: [{ video: { size: { width: 288, height: 512 } } }],
				notes: [
					{
						kind: 'warning',
						text: 'The crop takes another shape at 0:05.000; Segment 1 keeps the one it starts with.',
					},
				],
			},
		});
	});

	test('that a camera path moves is told', () => {
		const centres = Array.from({ length: 10 * 60 }, (_, n) => 0.3 + n * 1e-4);
		const path = {
			...{ id: 'a', inS: 0, outS: 20, style: 'steady' as const, labels: [], picks: [], fixes: [] },
			...{ x: encodeSeries(centres), y: encodeSeries(centres.map(() => 0.5)) },
		};
		const plan = planExport(tracked({ base: portrait(0.5), keyframes: [], interpolation: 'step', paths: [path] }));
		expect(plan).toMatchObject({ value: { notes: [{ kind: 'info', text: 'The crop follows its subject.' }] } });
	});
});
