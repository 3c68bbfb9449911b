import { readFile } from 'node:fs/promises';
import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { missing } from '../library/failures.ts';
import { Turns } from '../library/turns.ts';
import { liveArgs, livePlaylist, type LiveQuality, pieceCount, splitPiece } from './live-recipe.ts';
import type { CacheItem, MediaCache } from './media-cache.ts';
import { TIERS } from './copy-recipes.ts';
import { PIECE_S } from './live-recipe.ts';
import type { Looked, QuickLooks } from './quick-looks.ts';
import { outcomeOf } from './run-failure.ts';

/** Somebody watches each: more at a time would make all of them stutter. */
const AT_ONCE = 2;
const LIMIT_MS = 60_000;

interface WantedPiece {
	readonly quality: LiveQuality;
	readonly wanted: 'head' | number;
	readonly exact: boolean;
}

/** A copy of a film in pieces of four seconds, each made when a player asks for it, so that a new film starts at once and can be moved through. */
export class LivePieces {
	readonly #looks: QuickLooks;
	readonly #cache: MediaCache;
	readonly #ffmpeg: Ffmpeg;
	readonly #turns = new Turns(AT_ONCE);

	constructor(looks: QuickLooks, cache: MediaCache, ffmpeg: Ffmpeg) {
		this.#looks = looks;
		this.#cache = cache;
		this.#ffmpeg = ffmpeg;
	}

	async playlist(id: string, suffix: string): Promise<Result<string, Failure>> {
		const looked = await this.#looks.look(id);
		return looked.ok ? ok(livePlaylist(looked.value.facts, suffix)) : looked;
	}

	/**
	 * The head that all pieces share, or the media of piece `n`, `exact` with a variable rate as it is. Stopped when nobody waits for it any more.
	 */
	async piece(
		id: string,
		{ quality, wanted, exact }: WantedPiece,
		signal: AbortSignal,
	): Promise<Result<Uint8Array<ArrayBuffer>, Failure>> {
		const looked = await this.#looks.look(id);
		if (!looked.ok) return looked;
		const { file } = looked.value;
		const facts = exact ? withRate(looked.value.facts, false) : looked.value.facts;
		const n = wanted === 'head' ? 0 : wanted;
		if (n >= pieceCount(facts)) return err(missing(`${facts.name}, part ${n + 1}`));
		const version = `${file.bytes}-${file.mtimeMs}`;
		const way = facts === looked.value.facts ? 'live-1' : 'exact-1';
		const item: CacheItem = { mediaId: id, version, recipe: `${way}-${quality}-${n}`, ending: '.mp4' };
		const { bitrate, audioBitrate } = TIERS[quality];
		const made = await this.#cache.make(
			item,
			(path, stop) => this.#turns.take(() => this.#make({ file, facts }, quality, n, path, stop)),
			{ signal, expectedBytes: Math.ceil((2 * (bitrate + audioBitrate) * PIECE_S) / 8) },
		);
		if (!made.ok) return made;
		const kept = await this.#cache.open(item);
		if (kept === undefined) return err(missing(facts.name));
		try {
			const bytes = new Uint8Array(kept.bytes);
			await kept.handle.read(bytes, 0, bytes.length, 0);
			const split = splitPiece(bytes, facts);
			if (split === undefined)
				return err({ kind: 'output-wrong', subject: facts.name, detail: 'the piece is not whole' });
			return ok(new Uint8Array(wanted === 'head' ? split.head : split.media));
		} finally {
			await kept.handle.close();
		}
	}

	async #make(
		{ facts, file }: Looked,
		quality: LiveQuality,
		n: number,
		path: string,
		signal: AbortSignal,
	): Promise<Result<void, Failure>> {
		const needed = await this.#ffmpeg.need(facts.name);
		if (!needed.ok) return needed;
		signal.throwIfAborted();
		const make = async (steady: boolean): Promise<Result<void, Failure>> => {
			const args = liveArgs(steady ? withRate(facts, true) : facts, quality, n, file.path, path);
			const end = await this.#ffmpeg.run(args, { signal, nice: false, limitMs: LIMIT_MS });
			const outcome = outcomeOf(end, file.path, facts.name);
			if (!outcome.ok) return outcome;
			// ffmpeg is content with having written nothing.
			if (splitPiece(await readFile(path), facts) !== undefined) return ok(undefined);
			return err({ kind: 'output-wrong', subject: facts.name, detail: 'a part of it is empty' });
		};
		const made = await make(false);
		// A picture may stand still for longer than a piece, which a quick look does not tell.
		return made.ok || facts.video === undefined || facts.video.variableRate ? made : make(true);
	}
}

/** The same facts when the rate is that already. */
const withRate = (facts: MediaFacts, variableRate: boolean): MediaFacts =>
	facts.video === undefined || facts.video.variableRate === variableRate
		? facts
		: { ...facts, video: { ...facts.video, variableRate } };
