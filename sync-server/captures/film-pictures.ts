import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Still, stillArgs } from '#core/capture/still-args';
import type { Failure } from '#core/failure';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import { decimal } from '#core/ffmpeg/ffmpeg-filters';
import { videoSeek } from '#core/ffmpeg/ffmpeg-span';
import { type StripTile, writeStripPack } from '#core/media/strip-pack';
import { err, isAbort, ok, type Result } from '#core/result';
import { INSTANT_TOLERANCE_US } from '#core/time/frame-index';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { Turns } from '../library/turns.ts';
import { pictureFilters } from '../streaming/picture-filters.ts';
import { outcomeOf } from '../streaming/run-failure.ts';
import type { SessionFilm } from './session-films.ts';

export interface WantedPictures {
	/** Seconds of the film, both ends inside. */
	readonly fromS: number;
	readonly toS: number;
	readonly count: number;
	readonly heightPx: number;
}

/** Closer together than this (in seconds), decoding on is quicker than searching anew. */
const NEAR_S = 2.5;
const LIMIT_MS = 60_000;
const KEPT = 24;
const KEPT_MS = 5 * 60_000;

type Pack = Result<Uint8Array<ArrayBuffer>, Failure>;

interface Making {
	readonly pack: Promise<Pack>;
	readonly atMs: number;
	readonly stop: AbortController;
	/** Of those who have asked for it and may still wait. */
	readonly waiting: Set<AbortSignal>;
}

/** Small exact pictures of a span of a film: what is on screen at each of several times. Kept for a few minutes. */
export class FilmPictures {
	readonly #ffmpeg: Ffmpeg;
	readonly #kept = new Map<string, Making>();
	readonly #turns = new Turns(2);

	constructor(ffmpeg: Ffmpeg) {
		this.#ffmpeg = ffmpeg;
	}

	/** As `readStripPack` reads it; times are those of the film. Interrupted when all who asked for it have given up. */
	pack(film: SessionFilm, wanted: WantedPictures, signal: AbortSignal): Promise<Pack> {
		const key = JSON.stringify([film.film.version, film.shiftS, wanted]);
		const now = performance.now();
		for (const [old, { atMs }] of this.#kept)
			if (now - atMs > KEPT_MS || this.#kept.size > KEPT) this.#kept.delete(old);
		const kept = this.#kept.get(key);
		const making = kept === undefined || kept.stop.signal.aborted ? this.#start(key, film, wanted, now) : kept;
		making.waiting.add(signal);
		const giveUp = (): void => {
			making.waiting.delete(signal);
			if (making.waiting.size === 0) making.stop.abort();
		};
		if (signal.aborted) giveUp();
		else signal.addEventListener('abort', giveUp, { once: true });
		return making.pack;
	}

	#start(key: string, film: SessionFilm, wanted: WantedPictures, atMs: number): Making {
		const stop = new AbortController();
		const pack = this.#turns.take(async (): Promise<Pack> => {
			try {
				stop.signal.throwIfAborted();
				return await this.#make(film, wanted, stop.signal);
			} catch (thrown) {
				if (isAbort(thrown)) return err({ kind: 'interrupted', subject: film.film.name });
				throw thrown;
			}
		});
		const making: Making = { pack, atMs, stop, waiting: new Set() };
		this.#kept.set(key, making);
		const forget = (): void => {
			if (this.#kept.get(key) === making) this.#kept.delete(key);
		};
		pack.then(({ ok: fine }) => fine || forget(), forget);
		return making;
	}

	async #make(film: SessionFilm, wanted: WantedPictures, signal: AbortSignal): Promise<Pack> {
		const { video } = film.look.facts;
		if (video === undefined) return err({ kind: 'unsupported', subject: film.film.name, detail: 'it has no picture' });
		const { fromS, toS, count, heightPx } = wanted;
		const stepS = count > 1 ? (toS - fromS) / (count - 1) : 0;
		// No film tells times apart that are closer together.
		const one = stepS * 1e6 < 1;
		const made = { ...wanted, count: one ? 1 : count };
		const folder = await mkdtemp(join(tmpdir(), 'octocut-frames-'));
		try {
			const isNear = stepS > 0 && stepS <= NEAR_S;
			const outcome =
				isNear && !one
					? await this.#inOneRun(film, made, stepS, folder, signal)
					: await this.#oneByOne(film, made, stepS, folder, signal);
			if (!outcome.ok) return outcome;
			const tiles: StripTile[] = [];
			for (let n = 0; n < count; n += 1) {
				const name = `${Math.min(n, made.count - 1) + 1}.webp`;
				const picture = (await pictureIn(folder, name)) ?? (await this.#last(film, heightPx, folder, signal));
				if (picture !== undefined) tiles.push({ timeUs: Math.round((fromS + n * stepS) * 1e6), picture });
			}
			if (tiles.length === 0)
				return err({ kind: 'source-unreadable', subject: film.film.name, detail: 'no picture is there' });
			return ok(writeStripPack(heightPx, tiles));
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	}

	/** Decodes the whole span once; `fps` tells what is on screen at each instant. */
	async #inOneRun(
		film: SessionFilm,
		{ fromS, count, heightPx }: WantedPictures,
		stepS: number,
		folder: string,
		signal: AbortSignal,
	) {
		const { facts } = film.look;
		const startS = fromS + film.shiftS + INSTANT_TOLERANCE_US / 1e6;
		const seekS = videoSeek(startS, facts, undefined);
		const instants = `fps=fps=${Math.round(1e6 / stepS)}/1000000:round=up:start_time=${decimal(startS)}`;
		return this.#run(film, folder, signal, [
			...[...GLOBAL_ARGS, '-copyts'],
			...(seekS === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', decimal(seekS)]),
			...['-an', '-sn', '-dn', ...inputArgs(film.film.input), '-map', `0:${PICTURE_TRACK}`],
			...[
				'-vf',
				`settb=AVTB,${instants},trim=end_frame=${count},${pictureFilters(facts.video ?? NO_HDR, sizeOf(film, heightPx), 'area')}`,
			],
			...['-frames:v', `${count}`, '-c:v', 'libwebp', '-quality', '75', '-compression_level', '1'],
			...['-f', 'image2', '-start_number', '1', 'file:%d.webp'],
		]);
	}

	async #oneByOne(
		film: SessionFilm,
		{ fromS, count, heightPx }: WantedPictures,
		stepS: number,
		folder: string,
		signal: AbortSignal,
	) {
		const { facts } = film.look;
		const endS = facts.firstTimestampS + facts.durationS - film.shiftS;
		for (let n = 0; n < count; n += 1) {
			// From there on it is the last picture, which is made once.
			if (fromS + n * stepS > endS) break;
			const still = smallStill(film, fromS + n * stepS, heightPx);
			const ran = await this.#run(film, folder, signal, stillArgs(still, facts, film.film.input, `${n + 1}.webp`));
			if (!ran.ok) return ran;
		}
		return ok(undefined);
	}

	/** What is on screen when the last frame is over: that frame. Made once. */
	async #last(
		film: SessionFilm,
		heightPx: number,
		folder: string,
		signal: AbortSignal,
	): Promise<Uint8Array<ArrayBuffer> | undefined> {
		const made = await pictureIn(folder, 'last.webp');
		if (made !== undefined) return made;
		const { facts } = film.look;
		const still = smallStill(film, facts.firstTimestampS + facts.durationS - film.shiftS, heightPx);
		await this.#run(film, folder, signal, stillArgs(still, facts, film.film.input, 'last.webp', { last: true }));
		return pictureIn(folder, 'last.webp');
	}

	async #run(
		film: SessionFilm,
		folder: string,
		signal: AbortSignal,
		args: readonly string[],
	): Promise<Result<void, Failure>> {
		const end = await this.#ffmpeg.run(args, { signal, cwd: folder, nice: false, limitMs: LIMIT_MS });
		return outcomeOf(end, film.film.path, film.film.name);
	}
}

const NO_HDR = { hdr: false };

/** `atS`: seconds of the film. */
function smallStill(film: SessionFilm, atS: number, heightPx: number): Still {
	const { facts, deinterlace } = film.look;
	const { width = 2, height = 2 } = facts.video ?? {};
	const crop = { x: 0, y: 0, width: 2 * Math.floor(width / 2) || 2, height: 2 * Math.floor(height / 2) || 2 };
	return { atS: atS + film.shiftS, crop, size: sizeOf(film, heightPx), format: 'webp', quality: 75, deinterlace };
}

async function pictureIn(folder: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
	try {
		const bytes = new Uint8Array(await readFile(join(folder, name)));
		return bytes.length === 0 ? undefined : bytes;
	} catch (thrown) {
		if (thrown instanceof Error) return undefined;
		throw thrown;
	}
}

function sizeOf({ look }: SessionFilm, heightPx: number): { width: number; height: number } {
	const { width = 16, height = 9 } = look.facts.video ?? {};
	const lower = Math.min(heightPx, 2 * Math.floor(height / 2) || 2);
	return { width: Math.max(2, 2 * Math.round((lower * width) / height / 2)), height: lower };
}
