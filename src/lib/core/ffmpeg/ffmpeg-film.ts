import type { ExportTask } from '../export/export-task.ts';
import { samplesBefore, type PictureTask, type SoundShape } from './ffmpeg-filters.ts';
import { pieceFrames, piecePlaces, type PieceFrames } from '../film/film-timeline.ts';
import { toNumber, type Rational } from '../time/rational.ts';

/** A piece of a film at a constant rate: which output frames it shows, and how far into it the first of them lies. */
export interface FilmPiece extends PieceFrames {
	/** Seconds after the piece's IN at which its first output frame stands. */
	readonly skipS: number;
}

export function filmPieces(task: ExportTask, rate: Rational, frames: number): readonly FilmPiece[] {
	const places = piecePlaces(task.pieces);
	return pieceFrames(task, toNumber(rate), frames).map((held, p) => ({
		...held,
		skipS: Math.max(0, (held.first * rate.den) / rate.num - (places[p]?.startS ?? 0)),
	}));
}

/** Exactly `count` frames at `rate` of a piece whose first one stands at 0: the last one is held where the file ends too soon. */
export const pieceRate = (rate: Rational, count: number): string[] => [
	`fps=fps=${rate.num}/${rate.den}:round=up:start_time=0`,
	...['tpad=stop=-1:stop_mode=clone', `trim=end_frame=${count}`],
];

/**
 * The chains that put pieces of a film together, each already at the film's size and rate, labelled `[piece0]` and on. Frames that two pieces share
 * are cut off both, mixed one to one and put between them; then every frame is counted anew.
 */
export function joinPictures(held: readonly FilmPiece[], { rate }: PictureTask & { rate: Rational }): string[] {
	const chains: string[] = [];
	const parts: string[] = [];
	held.forEach(({ first, end, shared }, p) => {
		const next = held[p + 1]?.shared ?? 0;
		const cuts = [
			{ name: `head${p}`, from: 0, to: shared },
			{ name: `body${p}`, from: shared, to: end - first - next },
			{ name: `tail${p}`, from: end - first - next, to: end - first },
		].filter(({ from, to }) => to > from);
		const [only] = cuts;
		if (cuts.length === 1 && only?.name === `body${p}`) parts.push(`[piece${p}]`);
		else {
			chains.push(`[piece${p}]split=${cuts.length}${cuts.map(({ name }) => `[all${name}]`).join('')}`);
			for (const { name, from, to } of cuts) {
				chains.push(`[all${name}]trim=start_frame=${from}:end_frame=${to}[${name}]`);
			}
		}
		if (shared > 0) {
			chains.push(`[tail${p - 1}][head${p}]${mixFilter(shared, rate)}[mix${p}]`);
			parts.push(`[mix${p}]`);
		}
		if (cuts.length > 1 && cuts.some(({ name }) => name === `body${p}`)) parts.push(`[body${p}]`);
	});
	const tick = `settb=${rate.den}/${rate.num},setpts=N`;
	return [...chains, `${parts.join('')}concat=n=${parts.length}:v=1:a=0,${tick}[picture]`];
}

/** Frame i of `count` shows (i + 1) / (count + 1) of the later piece; the fade starts one frame before the first of them. */
function mixFilter(count: number, rate: Rational): string {
	const frameS = rate.den / rate.num;
	return `xfade=transition=fade:duration=${((count + 1) * frameS).toFixed(6)}:offset=${(-frameS).toFixed(6)}`;
}

/** Samples of one piece, and how many it shares with the one before. */
export interface FilmSound {
	readonly length: number;
	readonly shared: number;
}

export function filmSounds(task: ExportTask, shape: SoundShape): readonly FilmSound[] {
	const places = piecePlaces(task.pieces);
	return places.map(({ startS, endS }, p) => {
		const start = samplesBefore(startS, shape);
		const before = places[p - 1];
		return {
			length: samplesBefore(endS, shape) - start,
			shared: before === undefined ? 0 : Math.max(0, samplesBefore(before.endS, shape) - start),
		};
	});
}

/** The chains that put `[sound0]` and on together: cuts in runs, cross-fades of equal power between them. */
export function joinSounds(sounds: readonly FilmSound[]): string[] {
	const chains: string[] = [];
	const runs: { labels: string[]; shared: number }[] = [];
	sounds.forEach(({ shared }, p) => {
		const run = runs.at(-1);
		if (run === undefined || shared > 0) runs.push({ labels: [`[sound${p}]`], shared });
		else run.labels.push(`[sound${p}]`);
	});
	let joined = '';
	runs.forEach(({ labels, shared }, r) => {
		let own = labels.join('');
		if (labels.length > 1) {
			chains.push(`${own}concat=n=${labels.length}:v=0:a=1[run${r}]`);
			own = `[run${r}]`;
		}
		if (r === 0) joined = own;
		else {
			chains.push(`${joined}${own}acrossfade=ns=${shared}:c1=qsin:c2=qsin[faded${r}]`);
			joined = `[faded${r}]`;
		}
	});
	const last = chains.pop();
	return last === undefined ? [`${joined}anull[sound]`] : [...chains, last.replace(/\[[a-z]+\d+\]$/, '[sound]')];
}
