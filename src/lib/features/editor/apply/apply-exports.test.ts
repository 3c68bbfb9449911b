import { expect, test } from 'vitest';
import { WHOLE_FRAME } from '#core/crop/crop';
import { DEFAULT_EXPORT_SETTINGS } from '#core/export/export-settings';
import type { MediaFacts } from '#core/media/media-facts';
import { framesAt } from '#core/media/minute-fixture';
import { FACTS } from '../editor-fakes.ts';
import { planExports, type GivenFile } from './apply-exports.ts';
import { text } from './text.ts';

const span: GivenFile['spans'][number] = {
	inS: 1,
	outS: 2,
	name: '',
	label: '',
	category: '',
	tags: [],
	selected: true,
};
const given = (name: string, facts: Partial<MediaFacts>, spans: GivenFile['spans']): GivenFile => ({
	facts: { ...FACTS, name, ...facts },
	index: framesAt(25, 250),
	track: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
	spans,
});

test('a file that cannot be exported is named with the reason, and the others are made', () => {
	const talk = { ...FACTS, name: 'talk.m4a', video: undefined } as unknown as MediaFacts;
	const silent = given('talk.m4a', talk, [span]);
	const files = [given('beach.mp4', {}, [span, span]), silent, given('short.mp4', {}, [])];
	const planned = planExports(
		files,
		{ settings: { ...DEFAULT_EXPORT_SETTINGS, format: 'gif' }, destination: { kind: 'browser' } },
		new Date(0),
	);
	expect(planned.requests.map(({ facts }) => facts[0]!.name)).toEqual(['beach.mp4', 'beach.mp4']);
	expect(planned.files).toBe(1);
	expect(planned.left.map(({ name }) => name)).toEqual(['talk.m4a', 'short.mp4']);
	expect(planned.left[0]!.why).toMatch(/talk\.m4a has no picture\./u);
	const told = text.queued(planned.requests.length, planned.files, planned.left);
	expect(told).toContain('2 clips of 1 file are being made. Not made: talk.m4a (');
	expect(told).toContain(`short.mp4 (${text.nothingFits})`);
	expect(text.queued(1, 1, [])).toBe('1 clip of 1 file is being made.');
});
