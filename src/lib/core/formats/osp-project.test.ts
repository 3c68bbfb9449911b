import { describe, expect, test } from 'vitest';
import { WHOLE_FRAME, type CropState } from '../crop/crop.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { MINUTE } from '../media/minute-fixture.ts';
import { ospProjectOf, type OspCut } from './osp-project.ts';

const FACTS: MediaFacts = { ...MINUTE, name: 'film.mp4', firstTimestampS: 1.5 };
const crop = (x: number, width = 9, height = 16, zoom = 1): CropState => ({
	...WHOLE_FRAME,
	ratio: { width, height },
	centre: { x, y: 0.5 },
	zoom,
});
const cut = (more: Partial<OspCut> = {}): OspCut => ({ facts: FACTS, name: '', inS: 11.5, outS: 21.5, ...more });
const project = (...cuts: OspCut[]) => ospProjectOf('P', cuts);

describe('cuts become an OpenShot project', () => {
	test('times count from the first timestamp', () => {
		expect(project(cut()).project.clips).toMatchObject([{ inS: 10, outS: 20 }]);
	});
	test('the canvas has the shape of the first crop, in a size that OpenShot knows', () => {
		expect(project(cut({ crop: crop(0.5) }))).toMatchObject({ project: { width: 1080, height: 1920 } });
		expect(project(cut({ crop: crop(0.5, 1, 1) }))).toMatchObject({ project: { width: 1080, height: 1080 } });
		expect(project(cut())).toMatchObject({ project: { width: 1920, height: 1080 } });
		expect(project(cut({ crop: crop(0.5, 4, 5) }))).toMatchObject({ project: { width: 864, height: 1080 } });
	});
	test('a centre near the edge is where the box ends up', () => {
		expect(project(cut({ crop: crop(0) })).project.clips[0]?.crop[0]?.x).toBeCloseTo(0.5 * (607.5 / 1920), 3);
	});
	test('a step track jumps, a smooth one moves from keyframe to keyframe and jumps to the first', () => {
		const track = {
			base: crop(0.2),
			keyframes: [
				{ atS: 13.5, crop: crop(0.4) },
				{ atS: 17.5, crop: crop(0.6) },
				{ atS: 25.5, crop: crop(0.8) },
			],
			interpolation: 'step' as const,
		};
		const points = (interpolation: 'step' | 'smooth') =>
			project(cut({ track: { ...track, interpolation } })).project.clips[0]?.crop.map(
				({ atS, x, smooth }) => [atS, Math.round(x * 100) / 100, smooth] as const,
			);
		expect(points('step')).toEqual([
			[10, 0.2, false],
			[12, 0.4, false],
			[16, 0.6, false],
		]);
		expect(points('smooth')).toEqual([
			[10, 0.2, false],
			[12, 0.4, false],
			[16, 0.6, true],
			[20, 0.7, true],
		]);
	});
	test('a crop of a cut alone goes before the track', () => {
		const track = { base: crop(0.2), keyframes: [{ atS: 13.5, crop: crop(0.4) }], interpolation: 'step' as const };
		expect(project(cut({ track, crop: crop(0.7) })).project.clips[0]?.crop).toMatchObject([{ x: 0.7 }]);
	});
	test('a crop of another shape is filled, and that is told', () => {
		const { project: made, notes } = project(cut({ crop: crop(0.5) }), cut({ crop: crop(0.5, 1, 1) }));
		expect(made.clips[1]?.crop[0]?.zoom).toBe(1);
		expect(notes.at(-1)).toContain('crops of other shapes');
	});
	test('what OpenShot cannot tell apart or open is told', () => {
		const other = { ...FACTS, fingerprint: `1001-${'b'.repeat(64)}` };
		const { notes } = project(cut(), cut({ facts: other }));
		expect(notes[0]).toBe('Keep the project in the same folder as its videos: they are found there by their names.');
		expect(notes[1]).toContain('Two files are called “film.mp4”');
		expect(project(cut({ facts: { ...FACTS, name: 'a "b".mp4' } })).notes[1]).toContain('double quote');
	});
	test('sound alone has no crop', () => {
		const sound = { ...FACTS, video: undefined };
		expect(project(cut({ facts: sound })).project.clips[0]?.crop).toEqual([]);
	});
});
