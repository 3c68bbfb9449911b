import { walkersFilm } from '../fixtures/walkers/make-film.ts';
import { judgeWalkers, type WalkersVerdict } from '../fixtures/walkers/judge.ts';
import { SCENES } from '../fixtures/walkers/scenes.ts';
import { row, type Bench, type Row } from './bench.ts';

export const bench: Bench = {
	name: 'tracking-quality',
	about:
		'real people, cut out of a film and set on known ways before other places, 1080p30 H.264: from the file to the camera path, steady',
	rounds: 1,
	async run({ openPage, say }) {
		const page = await openPage();
		const verdicts: { readonly name: string; readonly people: number; readonly of: WalkersVerdict }[] = [];
		try {
			for (const scene of SCENES) {
				const film = await walkersFilm(scene);
				if ('missing' in film) {
					say(`Left out: ${film.missing}`);
					return [];
				}
				await page.setInputFiles('#file', film.file);
				const seen = await page.evaluate(() => window.trackingBench.look());
				if (seen === null) {
					say('There is no detector: run node scripts/models.mjs first.');
					return [];
				}
				const of = judgeWalkers(scene, film, seen);
				verdicts.push({ name: scene.name, people: scene.walkers.length, of });
				say(told(scene.name, of));
			}
		} finally {
			await page.context().close();
		}
		const alone = verdicts.filter(({ people }) => people === 1).map(({ of }) => of);
		const several = (wanted: string): readonly WalkersVerdict[] =>
			verdicts.filter(({ name }) => name === wanted).map(({ of }) => of);
		return [
			...rowsOf('one person', alone, { inside: 97, switches: 0 }),
			...rowsOf('three who cross', several('three who cross'), { inside: 97, switches: 1 }),
			...rowsOf('three at once', several('three at once'), { inside: null, switches: null }),
		];
	},
};

interface Targets {
	readonly inside: number | null;
	readonly switches: number | null;
}

function rowsOf(who: string, all: readonly WalkersVerdict[], targets: Targets): readonly Row[] {
	const values = (of: (verdict: WalkersVerdict) => number): readonly number[] => all.map(of);
	const mean = (of: (verdict: WalkersVerdict) => number): number =>
		values(of).reduce((sum, value) => sum + value / all.length, 0);
	const one = (name: string, unit: string, target: number | null, better: Row['better'], value: number): Row =>
		row(`${who}: ${name}`, unit, target, better, [value]);
	return [
		one('wholly in the crop', '%', targets.inside, 'higher', 100 * mean(({ insideShare }) => insideShare)),
		one('longest loss', 's', null, 'lower', Math.max(...values(({ longestLossS }) => longestLossS))),
		one(
			'jerk, root mean square',
			'W/s³',
			null,
			'lower',
			mean(({ jerk }) => jerk),
		),
		one('has a track', '%', null, 'higher', 100 * mean(({ tracked }) => tracked)),
		one(
			'identity switches',
			'',
			targets.switches,
			'lower',
			values(({ switches }) => switches).reduce((a, b) => a + b, 0),
		),
	];
}

function told(name: string, { insideShare, longestLossS, jerk, tracked, switches }: WalkersVerdict): string {
	const [inside, held] = [insideShare, tracked].map((share) => `${(100 * share).toFixed(1)} %`);
	return `${name}: ${inside} inside, loss ${longestLossS.toFixed(2)} s, jerk ${jerk.toFixed(2)}, tracked ${held}, ${switches} switches`;
}
