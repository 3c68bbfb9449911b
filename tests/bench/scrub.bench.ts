import { median, ratios, row, type Bench } from './bench.ts';

/** Told apart from the median: what a person waits for now and then. */
const P95 = 0.95;

export const bench: Bench = {
	name: 'scrub',
	about:
		'random places in 10 min of 1280×720 with a key frame every 10 s: to the exact frame, to the nearest key frame',
	rounds: 100,
	async run({ openPage, fixture, say, rounds }) {
		const path = await fixture('long-gop-10min.mp4');
		const page = await openPage();
		try {
			await page.locator('#file').setInputFiles(path);
			const frames = await page.evaluate(() => window.scrubBench.open());
			const places = randomPlaces(frames);
			const [exact, key, element]: [number[], number[], number[]] = [[], [], []];
			// The first round only starts the decoders.
			for (let round = -1; round < rounds; round += 1) {
				const [frame = 0, glanced = 0] = [places.next().value, places.next().value];
				const seen = await page.evaluate(([to, near]) => window.scrubBench.sample(to, near), [frame, glanced] as const);
				if (round < 0) continue;
				exact.push(seen.exactMs);
				key.push(seen.keyMs);
				element.push(seen.elementMs);
				if (round % 10 === 9) {
					say(
						`${round + 1}: exact ${median(exact).toFixed(0)} ms, key ${median(key).toFixed(0)} ms, video element ${median(element).toFixed(0)} ms`,
					);
				}
			}
			return [
				row('key-frame preview, median', 'ms', 50, 'lower', key),
				row('exact frame, median ÷ video element', '×', 1, 'lower', ratios(exact, element)),
				row('exact frame, median', 'ms', null, 'lower', exact),
				row('exact frame, 95th percentile', 'ms', null, 'lower', [percentile(exact, P95)]),
				row('key-frame preview, 95th percentile', 'ms', null, 'lower', [percentile(key, P95)]),
				row('video element, median', 'ms', null, 'lower', element),
				row('video element, 95th percentile', 'ms', null, 'lower', [percentile(element, P95)]),
			];
		} finally {
			await page.context().close();
		}
	},
};

function percentile(samples: readonly number[], share: number): number {
	const sorted = [...samples].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** The same places each time. */
function* randomPlaces(below: number): Generator<number, never> {
	for (let state = 20240607; ;) {
		state = (state * 1103515245 + 12345) % 2147483648;
		yield Math.floor((state / 2147483648) * below);
	}
}
