import type { Piece } from '#core/export/export-task';
import { piecePlaces } from '#core/film/film-timeline';
import type { Planes } from './mix.ts';

/** Samples of one piece, and of them how many it shares with its neighbours. */
interface PieceSamples {
	readonly length: number;
	readonly fadeIn: number;
	readonly fadeOut: number;
}

/** How many samples each piece of an output has, and how many of them cross-fade; edges are rounded once, on the output's timeline. */
export function pieceSamples(
	pieces: readonly Pick<Piece, 'inS' | 'outS' | 'crossfadeS'>[],
	rateHz: number,
): readonly PieceSamples[] {
	const places = piecePlaces(pieces);
	const at = (timeS: number): number => Math.round(timeS * rateHz);
	return places.map(({ startS, endS }, p) => {
		const [before, after] = [places[p - 1], places[p + 1]];
		return {
			length: at(endS) - at(startS),
			fadeIn: before === undefined ? 0 : Math.max(0, at(before.endS) - at(startS)),
			fadeOut: after === undefined ? 0 : Math.max(0, at(endS) - at(after.startS)),
		};
	});
}

/** Samples of the whole output. */
export const joinedLength = (pieces: readonly PieceSamples[]): number =>
	pieces.reduce((sum, { length, fadeIn }) => sum + length - fadeIn, 0);

/**
 * Puts the sound of pieces one after the other, cross-fading where they overlap: sine and cosine, so that the loudness of unlike sounds stays the
 * same throughout (equal power). Holds no more than one cross-fade in memory.
 */
export class SoundJoin {
	#piece = 0;
	/** Samples of the present piece that were taken. */
	#at = 0;
	/** The end of the piece before, faded out. */
	#before: Planes = [];
	/** The end of the present piece, faded out. */
	#held: Planes = [];

	constructor(
		private readonly pieces: readonly PieceSamples[],
		private readonly channels: number,
	) {
		this.#held = this.#silence(pieces[0]?.fadeOut ?? 0);
	}

	/** Takes the next samples: every piece's in turn, each exactly as long as it is. Gives what is complete by then. */
	*push(planes: Planes): Generator<Planes> {
		const count = planes[0]?.length ?? 0;
		for (let from = 0; from < count;) {
			const piece = this.pieces[this.#piece];
			if (piece === undefined) return;
			const take = Math.min(count - from, piece.length - this.#at);
			const part = planes.map((plane) => plane.slice(from, from + take));
			from += take;
			yield* this.#take(part, piece);
			if (this.#at >= piece.length) this.#next();
		}
	}

	*#take(part: Planes, { length, fadeIn, fadeOut }: PieceSamples): Generator<Planes> {
		const count = part[0]?.length ?? 0;
		const own = length - fadeOut;
		part.forEach((plane, channel) => {
			const [before, held] = [this.#before[channel], this.#held[channel]];
			for (let i = 0; i < count; i += 1) {
				const at = this.#at + i;
				if (at < fadeIn) {
					plane[i] = (plane[i] as number) * Math.sin(quarter(at, fadeIn)) + ((before?.[at] as number) || 0);
				}
				if (at >= own && held !== undefined) {
					held[at - own] = (plane[i] as number) * Math.cos(quarter(at - own, fadeOut));
				}
			}
		});
		const final = Math.max(0, Math.min(count, own - this.#at));
		this.#at += count;
		if (final > 0) yield part.map((plane) => plane.subarray(0, final));
	}

	#next(): void {
		this.#piece += 1;
		this.#at = 0;
		this.#before = this.#held;
		this.#held = this.#silence(this.pieces[this.#piece]?.fadeOut ?? 0);
	}

	#silence(count: number): Planes {
		return Array.from({ length: this.channels }, () => new Float32Array(count));
	}
}

/** Angle of sample `i` of `count`: from 0 to a quarter turn. */
const quarter = (i: number, count: number): number => (((i + 0.5) / count) * Math.PI) / 2;
