import { row, type Bench, type Row } from './bench.ts';

const SECONDS = 20;

export const bench: Bench = {
	name: 'tracking',
	about: `people found 6 times a second and every cut, in ${SECONDS} s of 1080p30 H.264 with film grain; × real time`,
	rounds: 5,
	async run({ openPage, say, rounds }) {
		const page = await openPage();
		try {
			say('Drawing the film …');
			if (!(await page.evaluate((seconds) => window.trackingBench.open(seconds), SECONDS))) {
				say('There is no detector: run node scripts/models.mjs first.');
				return [];
			}
			const speed: number[] = [];
			const parts: Record<'decode' | 'resize' | 'inference' | 'association' | 'other', number[]> = {
				...{ decode: [], resize: [], inference: [], association: [], other: [] },
			};
			// The first one fetches and opens the model.
			const first = await page.evaluate(() => window.trackingBench.run('wasm'));
			say(
				`first look, model included: ${(first.ms / 1000).toFixed(1)} s; ${first.frames} pictures, ${first.tracks} tracks, ${first.cuts} cuts`,
			);
			for (let round = 0; round < rounds; round += 1) {
				const { ms, timings, associationMs } = await page.evaluate(() => window.trackingBench.run('wasm'));
				speed.push((SECONDS * 1000) / ms);
				parts.decode.push(timings.decodeMs / SECONDS);
				parts.resize.push(timings.resizeMs / SECONDS);
				parts.inference.push(timings.inferenceMs / SECONDS);
				parts.other.push(timings.otherMs / SECONDS);
				parts.association.push(associationMs / SECONDS);
				say(`${(ms / 1000).toFixed(1)} s: ${((SECONDS * 1000) / ms).toFixed(2)} × real time`);
			}
			const gpu = await page.evaluate(() => window.trackingBench.run('webgpu'));
			if (gpu.backend === 'wasm') say('WebGPU: not available here');
			return [
				row('analysis with wasm', '× real time', 1.5, 'higher', speed),
				...Object.entries(parts).map(([name, samples]): Row =>
					row(`${name}, for a second of film`, 'ms', null, 'lower', samples),
				),
				...(gpu.backend === 'webgpu'
					? [row('analysis with WebGPU', '× real time', null, 'higher', [(SECONDS * 1000) / gpu.ms])]
					: []),
			];
		} finally {
			await page.context().close();
		}
	},
};
