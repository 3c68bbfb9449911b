import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import type { Failure } from '#core/failure';
import { GLOBAL_ARGS, inputArgs, PICTURE_TRACK } from '#core/ffmpeg/ffmpeg-args';
import { err, ok, type Result } from '#core/result';
import { failureOfFiles } from '../exports/failure-of.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { Turns } from '../library/turns.ts';
import type { OpenFile } from '../static/open-file.ts';
import type { CacheItem, MediaCache, Produce } from '../streaming/media-cache.ts';
import { outcomeOf } from '../streaming/run-failure.ts';

/** A finished capture, as far as its small pictures need it. */
export interface PicturedFile {
	readonly id: string;
	/** Absolute. */
	readonly path: string;
	readonly name: string;
	readonly format: string;
	readonly bytes: number;
	readonly durationS: number | null;
}

type Picture = ReturnType<typeof sharp>;

const LIMIT_MS = 60_000;
const MOST_PIXELS = 400_000_000;
const AT_ONCE = 2;

/** Small pictures of captures, made when they are first asked for and kept in the cache. */
export class CapturePictures {
	readonly #cache: MediaCache;
	readonly #ffmpeg: Ffmpeg;
	readonly #turns = new Turns(AT_ONCE);

	constructor(cache: MediaCache, ffmpeg: Ffmpeg) {
		this.#cache = cache;
		this.#ffmpeg = ffmpeg;
	}

	/** A WebP, `width` pixels wide or as wide as the capture. */
	async thumbnail(file: PicturedFile, width: number): Promise<Result<OpenFile, Failure>> {
		const made = await this.#make(file, `capture-${width}-1`, '.webp', (picture) =>
			picture.resize({ width, withoutEnlargement: true }).webp({ quality: 78 }),
		);
		if (!made.ok) return made;
		const open = await this.#cache.open(made.value);
		return open === undefined ? err({ kind: 'source-missing', subject: file.name }) : ok(open);
	}

	/** A JPEG of 640 pixels at most: where it lies. */
	async poster(file: PicturedFile): Promise<Result<{ readonly path: string; readonly bytes: number }, Failure>> {
		const made = await this.#make(file, 'capture-poster-1', '.jpg', (picture) =>
			picture.resize({ width: 640, withoutEnlargement: true }).flatten().jpeg({ quality: 82 }),
		);
		if (!made.ok) return made;
		const path = this.#cache.pathOf(made.value);
		const bytes = this.#cache.has(made.value);
		return path === undefined || bytes === undefined
			? err({ kind: 'source-missing', subject: file.name })
			: ok({ path, bytes });
	}

	forget(id: string): Promise<void> {
		return this.#cache.forget(id);
	}

	async #make(
		file: PicturedFile,
		recipe: string,
		ending: string,
		drawn: (picture: Picture) => Picture,
	): Promise<Result<CacheItem, Failure>> {
		if (file.format === 'mp3') return err({ kind: 'unsupported', subject: file.name, detail: 'it has no picture' });
		const version = await stat(file.path).then(
			({ size, mtimeMs }) => `${size}-${mtimeMs}`,
			(thrown: unknown) => failureOfFiles(thrown, file.name),
		);
		if (typeof version !== 'string') return err({ kind: 'source-missing', subject: file.name });
		const item: CacheItem = { mediaId: file.id, version, recipe, ending };
		const produce: Produce = async (path, signal) => {
			const source = isClip(file) ? await this.#frameOf(file, signal) : ok(file.path);
			if (!source.ok) return source;
			try {
				await drawn(sharp(source.value, { limitInputPixels: MOST_PIXELS, animated: false })).toFile(path);
				return ok(undefined);
			} catch (thrown) {
				signal.throwIfAborted();
				const detail = thrown instanceof Error ? 'it does not open' : String(thrown);
				return err({ kind: 'source-unreadable', subject: file.name, detail });
			}
		};
		const made = await this.#cache.make(item, (path, signal) => this.#turns.take(() => produce(path, signal)));
		return made.ok ? ok(item) : made;
	}

	/** A picture a third into the clip, as PNG. */
	async #frameOf({ path, name, durationS }: PicturedFile, signal: AbortSignal): Promise<Result<Buffer, Failure>> {
		const found = await this.#ffmpeg.need(name);
		if (!found.ok) return found;
		const pieces: Buffer[] = [];
		const end = await this.#ffmpeg.run(
			[
				...[...GLOBAL_ARGS, '-ss', ((durationS ?? 0) / 3).toFixed(3), '-an', '-sn', '-dn', ...inputArgs(path)],
				...['-map', `0:${PICTURE_TRACK}`, '-frames:v', '1', '-vf', "scale='min(1280,iw)':-2"],
				...['-c:v', 'png', '-pred', 'none', '-compression_level', '1', '-f', 'image2pipe', 'pipe:1'],
			],
			{ signal, nice: false, limitMs: LIMIT_MS, onBytes: (bytes) => void pieces.push(bytes) },
		);
		const outcome = outcomeOf(end, path, name);
		if (!outcome.ok) return outcome;
		if (pieces.length === 0) return err({ kind: 'source-unreadable', subject: name, detail: 'no picture is in it' });
		return ok(Buffer.concat(pieces));
	}
}

const isClip = ({ format }: PicturedFile): boolean => format === 'mp4' || format === 'webm';
