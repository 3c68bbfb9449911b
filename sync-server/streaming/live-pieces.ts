import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { missing } from '../library/failures.ts';
import type { ProbedFile } from '../library/media-files.ts';
import type { MediaLibrary } from '../library/media-library.ts';
import { Turns } from '../library/turns.ts';
import { liveArgs, livePlaylist, type LiveQuality, pieceCount, splitPiece } from './live-recipe.ts';
import type { CacheItem, MediaCache } from './media-cache.ts';
import { TIERS } from './copy-recipes.ts';
import { PIECE_S } from './live-recipe.ts';
import { outcomeOf } from './run-failure.ts';

/** Somebody watches each: more at a time would make all of them stutter. */
const AT_ONCE = 2;
const LIMIT_MS = 60_000;

/** A copy of a film in pieces of four seconds, each made when a player asks for it, so that a new film starts at once and can be moved through. */
export class LivePieces {
	readonly #library: MediaLibrary;
	readonly #cache: MediaCache;
	readonly #ffmpeg: Ffmpeg;
	readonly #turns = new Turns(AT_ONCE);

	constructor(library: MediaLibrary, cache: MediaCache, ffmpeg: Ffmpeg) {
		this.#library = library;
		this.#cache = cache;
		this.#ffmpeg = ffmpeg;
	}

	async playlist(id: string, suffix: string): Promise<Result<string, Failure>> {
		const probed = await this.#library.probe(id);
		return probed.ok ? ok(livePlaylist(probed.value.facts, suffix)) : probed;
	}

	/** The head that all pieces share, or the media of piece `n`. Stopped when nobody waits for it any more. */
	async piece(
		id: string,
		quality: LiveQuality,
		wanted: 'head' | number,
		signal: AbortSignal,
	): Promise<Result<Uint8Array<ArrayBuffer>, Failure>> {
		const probed = await this.#library.probe(id);
		if (!probed.ok) return probed;
		const { facts, file } = probed.value;
		const n = wanted === 'head' ? 0 : wanted;
		if (n >= pieceCount(facts)) return err(missing(`${facts.name}, part ${n + 1}`));
		const version = `${file.bytes}-${file.mtimeMs}`;
		const item: CacheItem = { mediaId: id, version, recipe: `live-1-${quality}-${n}`, ending: '.mp4' };
		const { bitrate, audioBitrate } = TIERS[quality];
		const made = await this.#cache.make(
			item,
			(path, stop) => this.#turns.take(() => this.#make(probed.value, quality, n, path, stop)),
			{ signal, expectedBytes: Math.ceil((2 * (bitrate + audioBitrate) * PIECE_S) / 8) },
		);
		if (!made.ok) return made;
		const kept = await this.#cache.open(item);
		if (kept === undefined) return err(missing(facts.name));
		try {
			const bytes = new Uint8Array(kept.bytes);
			await kept.handle.read(bytes, 0, bytes.length, 0);
			const split = splitPiece(bytes);
			if (split === undefined)
				return err({ kind: 'output-wrong', subject: facts.name, detail: 'the piece is not whole' });
			return ok(new Uint8Array(wanted === 'head' ? split.head : split.media));
		} finally {
			await kept.handle.close();
		}
	}

	async #make(
		{ facts, file }: ProbedFile,
		quality: LiveQuality,
		n: number,
		path: string,
		signal: AbortSignal,
	): Promise<Result<void, Failure>> {
		const needed = await this.#ffmpeg.need(facts.name);
		if (!needed.ok) return needed;
		signal.throwIfAborted();
		const options = { signal, nice: false, limitMs: LIMIT_MS };
		const end = await this.#ffmpeg.run(liveArgs(facts, quality, n, file.path, path), options);
		return outcomeOf(end, file.path, facts.name);
	}
}
