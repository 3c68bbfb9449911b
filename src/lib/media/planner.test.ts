import { expect, test } from 'vitest';
import type { Ability, EngineName, MediaEngine } from './engine.ts';
import { chooseEngine } from './planner.ts';

const engine = (name: EngineName, ability: Ability): MediaEngine => ({
	name,
	assess: () => Promise.resolve(ability),
	run: () => Promise.reject(new Error('not asked to run')),
});
const able = (costS: number, encoder: string): Ability => ({ able: true, how: 'encode', costS, encoder, notes: [] });
const unable: Ability = { able: false, reason: 'codec-not-decodable', detail: 'the browser does not decode mpeg4' };
const factsOf = (): never => {
	throw new Error('no facts are needed');
};

test('the quicker engine is picked, with the reason and what the other would cost', async () => {
	const engines = [engine('ffmpeg-wasm', able(10, 'x264')), engine('webcodecs', able(1, 'H.264 by the browser'))];
	const decision = await chooseEngine(engines, 'auto', [], factsOf);
	expect(decision).toMatchObject({
		ok: true,
		value: {
			engine: { name: 'webcodecs' },
			reason: "H.264 by the browser, with the browser's codecs: the fastest way (ffmpeg: about 10 times slower).",
			others: [{ name: 'ffmpeg-wasm', why: 'about 10 times slower' }],
		},
	});
});

test('what the browser cannot do goes to ffmpeg, and the reason says so', async () => {
	const engines = [engine('webcodecs', unable), engine('ffmpeg-wasm', able(10, 'x264'))];
	const decision = await chooseEngine(engines, 'auto', [], factsOf);
	expect(decision).toMatchObject({ ok: true, value: { engine: { name: 'ffmpeg-wasm' } } });
	expect(decision.ok && decision.value.reason).toContain('does not decode mpeg4');
});

test('a choice is kept, and refused with a way out when it cannot be done', async () => {
	const engines = [engine('webcodecs', unable), engine('ffmpeg-wasm', able(10, 'x264'))];
	expect(await chooseEngine(engines, 'ffmpeg', [], factsOf)).toMatchObject({ ok: true });
	expect(await chooseEngine(engines, 'webcodecs', [], factsOf)).toMatchObject({
		ok: false,
		error: { kind: 'unsupported', detail: "the browser's codecs: the browser does not decode mpeg4; ffmpeg can" },
	});
});

test('when nobody can, every reason is told', async () => {
	const decision = await chooseEngine(
		[engine('webcodecs', unable), engine('ffmpeg-wasm', unable)],
		'auto',
		[],
		factsOf,
	);
	expect(decision).toMatchObject({ ok: false, error: { kind: 'unsupported' } });
	expect(!decision.ok && decision.error.kind === 'unsupported' && decision.error.detail.split(';').length).toBe(2);
});
