import { writeFile } from 'node:fs/promises';
import type { Failure } from '#core/failure';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { missing } from '../library/failures.ts';
import { Turns } from '../library/turns.ts';
import { TIERS } from './copy-recipes.ts';
import type { Growing } from './growing.ts';
import { liveArgs, livePlaylist, type LiveQuality, PIECE_S, pieceCount } from './live-recipe.ts';
import type { CacheItem, Following, MediaCache } from './media-cache.ts';
import { joined, PieceCutter } from './piece-cutter.ts';
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

interface Making {
	readonly quality: LiveQuality;
	readonly n: number;
	readonly path: string;
	readonly growing: Growing;
	readonly signal: AbortSignal;
}

/** How often a piece may break off before whoever asks again is told why, instead of waiting for another one. */
const TRIES = 2;
const MOST_BROKEN = 100;

export type PieceBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/** A copy of a film in pieces of four seconds, each made when a player asks for it, so that a new film starts at once and can be moved through. */
export class LivePieces {
	readonly #looks: QuickLooks;
	readonly #cache: MediaCache;
	readonly #ffmpeg: Ffmpeg;
	readonly #turns = new Turns(AT_ONCE);
	/** Pieces that broke off after their beginning had been handed out, so that nobody was told why. */
	readonly #brokenOff = new Map<string, { readonly times: number; readonly failure: Failure }>();

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
	 * The head that all pieces share, or the media of piece `n`, `exact` with a variable rate as it is: as a stream while it is being made. Stopped when nobody
	 * waits for it any more; rejects with `AbortError` on `signal`.
	 */
	async piece(
		id: string,
		{ quality, wanted, exact }: WantedPiece,
		signal: AbortSignal,
	): Promise<Result<PieceBody, Failure>> {
		const looked = await this.#looks.look(id);
		if (!looked.ok) return looked;
		const { file } = looked.value;
		const facts = exact ? withRate(looked.value.facts, false) : looked.value.facts;
		const n = wanted === 'head' ? 0 : wanted;
		if (n >= pieceCount(facts)) return err(missing(`${facts.name}, part ${n + 1}`));
		const version = `${file.bytes}-${file.mtimeMs}`;
		const way = facts === looked.value.facts ? 'live-2' : 'exact-2';
		const item: CacheItem = { mediaId: id, version, recipe: `${way}-${quality}-${n}`, ending: '.mp4' };
		const { bitrate, audioBitrate } = TIERS[quality];
		const kept = await this.#kept(item, wanted, facts);
		if (kept !== undefined) return kept;
		const failure = this.#toldAtLast(item);
		if (failure !== undefined) return err(failure);
		const gone = new AbortController();
		const following = this.#cache.follow(
			item,
			async (path, stop, growing) => {
				const making = { quality, n, path, growing, signal: stop };
				const made = await this.#turns.take(() => this.#make({ file, facts }, making));
				this.#note(item, growing, made);
				return made;
			},
			{
				signal: AbortSignal.any([signal, gone.signal]),
				expectedBytes: Math.ceil((2 * (bitrate + audioBitrate) * PIECE_S) / 8),
			},
		);
		const head = await partOf(following, 0);
		if (head === undefined) {
			const made = await following.made;
			return made.ok ? ((await this.#kept(item, wanted, facts)) ?? err(missing(facts.name))) : made;
		}
		if (wanted !== 'head') return ok(bodyOf(following, gone));
		following.leave();
		return ok(head);
	}

	#note(item: CacheItem, growing: Growing, made: Result<void, Failure>): void {
		const key = nameOf(item);
		const { times } = this.#brokenOff.get(key) ?? { times: 0 };
		this.#brokenOff.delete(key);
		if (made.ok || !growing.begun) return;
		this.#brokenOff.set(key, { times: times + 1, failure: made.error });
		const [oldest] = this.#brokenOff.keys();
		if (this.#brokenOff.size > MOST_BROKEN && oldest !== undefined) this.#brokenOff.delete(oldest);
	}

	/** Why a piece breaks off every time, once somebody asks yet again; after that it is tried anew. */
	#toldAtLast(item: CacheItem): Failure | undefined {
		const { times, failure } = this.#brokenOff.get(nameOf(item)) ?? { times: 0 };
		if (times < TRIES) return undefined;
		this.#brokenOff.delete(nameOf(item));
		return failure;
	}

	/** Of a piece that was made before; undefined when it was not. */
	async #kept(
		item: CacheItem,
		wanted: 'head' | number,
		facts: MediaFacts,
	): Promise<Result<PieceBody, Failure> | undefined> {
		const kept = await this.#cache.open(item);
		if (kept === undefined) return undefined;
		try {
			const bytes = new Uint8Array(kept.bytes);
			await kept.handle.read(bytes, 0, bytes.length, 0);
			const parts: Uint8Array<ArrayBuffer>[] = [];
			new PieceCutter(facts, (part) => parts.push(part)).add(bytes);
			const [head, ...media] = parts;
			if (head === undefined || media.length === 0)
				return err({ kind: 'output-wrong', subject: facts.name, detail: 'the piece is not whole' });
			return ok(wanted === 'head' ? head : joined(media));
		} finally {
			await kept.handle.close();
		}
	}

	async #make({ facts, file }: Looked, { quality, n, path, growing, signal }: Making): Promise<Result<void, Failure>> {
		const needed = await this.#ffmpeg.need(facts.name);
		if (!needed.ok) return needed;
		signal.throwIfAborted();
		const make = async (steady: boolean): Promise<Result<void, Failure>> => {
			const args = liveArgs(steady ? withRate(facts, true) : facts, quality, n, file.path);
			const parts: Uint8Array[] = [];
			const cutter = new PieceCutter(facts, (part) => {
				parts.push(part);
				growing.add(part);
			});
			const onBytes = (bytes: Buffer): void => cutter.add(bytes);
			const end = await this.#ffmpeg.run(args, { signal, nice: false, limitMs: LIMIT_MS, onBytes });
			const outcome = outcomeOf(end, file.path, facts.name);
			if (!outcome.ok) return outcome;
			// ffmpeg is content with having written nothing.
			if (!cutter.hasMedia) return err({ kind: 'output-wrong', subject: facts.name, detail: 'a part of it is empty' });
			growing.finish();
			await writeFile(path, joined(parts));
			return ok(undefined);
		};
		const made = await make(false);
		// A picture may stand still for longer than a piece, which a quick look does not tell.
		const isFinal = made.ok || growing.begun || facts.video === undefined || facts.video.variableRate;
		return isFinal ? made : make(true);
	}
}

/** Part `n` of what is being made once it is there; undefined when it will not come. Rejects with `AbortError` when it is followed no more. */
const partOf = ({ growing, made }: Following, n: number): Promise<Uint8Array<ArrayBuffer> | undefined> =>
	Promise.race([growing.part(n), made.then(() => growing.part(n))]);

/** The media of a piece as it is made. Breaks off where the making does, so that nobody takes a part for the whole. */
function bodyOf(following: Following, gone: AbortController): ReadableStream<Uint8Array<ArrayBuffer>> {
	let n = 0;
	return new ReadableStream({
		async pull(controller) {
			const part = await partOf(following, (n += 1));
			if (part !== undefined) controller.enqueue(part);
			else if (following.growing.whole) {
				following.leave();
				controller.close();
			} else controller.error(new Error('the piece was not made to its end'));
		},
		cancel: () => gone.abort(),
	});
}

/** The same facts when the rate is that already. */
const withRate = (facts: MediaFacts, variableRate: boolean): MediaFacts =>
	facts.video === undefined || facts.video.variableRate === variableRate
		? facts
		: { ...facts, video: { ...facts.video, variableRate } };

const nameOf = ({ mediaId, version, recipe }: CacheItem): string => `${mediaId} ${version} ${recipe}`;
