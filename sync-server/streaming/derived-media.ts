import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '#core/failure';
import { GLOBAL_ARGS, inputArgs } from '#core/ffmpeg/ffmpeg-args';
import { widthOf } from '#core/media/copy-size';
import { type StripTile, writeStripPack } from '#core/media/strip-pack';
import { err, ok, type Result } from '#core/result';
import { encodeWaveform } from '#core/sound/kept-form';
import { keyFramesOf } from '#core/time/key-frames';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { missing } from '../library/failures.ts';
import type { MediaLibrary } from '../library/media-library.ts';
import { Turns } from '../library/turns.ts';
import type { OpenFile } from '../static/open-file.ts';
import type { CacheItem, MediaCache, Produce } from './media-cache.ts';
import { PeakReader, PEAK_RATE_HZ } from './peak-reader.ts';
import { pictureFilters } from './picture-filters.ts';
import type { Looked, QuickLooks } from './quick-looks.ts';
import { outcomeOf } from './run-failure.ts';
import { atTimes, stripTimes } from './strip-plan.ts';

const THUMBNAIL_LIMIT_MS = 60_000;
/** A whole film is read for a strip or its sound. */
const WHOLE_LIMIT_MS = 30 * 60_000;
const STALL_MS = 60_000;
const AT_ONCE = 2;

/** Small things made of a file once, and kept: its picture, a strip of pictures, its waveform. */
export class DerivedMedia {
	readonly #library: MediaLibrary;
	readonly #looks: QuickLooks;
	readonly #cache: MediaCache;
	readonly #ffmpeg: Ffmpeg;
	readonly #turns = new Turns(AT_ONCE);

	constructor(library: MediaLibrary, looks: QuickLooks, cache: MediaCache, ffmpeg: Ffmpeg) {
		this.#library = library;
		this.#looks = looks;
		this.#cache = cache;
		this.#ffmpeg = ffmpeg;
	}

	/** A WebP, `width` pixels wide or as wide as the picture, of a key frame a tenth into the file. */
	thumbnail(id: string, width: number): Promise<Result<OpenFile, Failure>> {
		const look = (): Promise<Result<Looked, Failure>> => this.#looks.look(id);
		return this.#get(id, `thumbnail-1-${width}`, '.webp', look, ({ file, facts }) => {
			const { video, durationS } = facts;
			if (video === undefined) return err(noPicture(facts.name));
			const size = widthOf(video, width);
			return ok((path, signal) =>
				this.#run(file.path, facts.name, signal, THUMBNAIL_LIMIT_MS, [
					...['-noaccurate_seek', '-ss', (durationS / 10).toFixed(3), ...inputArgs(file.path)],
					...['-map', '0:v:0', '-frames:v', '1', '-vf', pictureFilters(video, size, 'area')],
					...['-c:v', 'libwebp', '-quality', '75', '-f', 'webp', `file:${path}`],
				]),
			);
		});
	}

	/** As `readStripPack` reads it. */
	strip(id: string, heightPx: number): Promise<Result<OpenFile, Failure>> {
		return this.#get(
			id,
			`strip-1-${heightPx}`,
			'.strip',
			() => this.#library.probe(id),
			({ file, facts, index }) => {
				const { video, name } = facts;
				if (video === undefined) return err(noPicture(name));
				const times = stripTimes(keyFramesOf(index).timesS, facts.firstTimestampS, facts.durationS);
				const width = Math.max(2, 2 * Math.round((heightPx * video.width) / video.height / 2));
				const filters = pictureFilters(video, { width, height: heightPx }, 'area');
				return ok(async (path, signal) => {
					const folder = `${path}.tiles`;
					await mkdir(folder);
					try {
						const ran = await this.#run(file.path, name, signal, WHOLE_LIMIT_MS, [
							...['-copyts', '-skip_frame', 'nokey', ...inputArgs(file.path), '-map', '0:v:0'],
							...[
								'-vf',
								`select='${atTimes(times)}',${filters}`,
								'-fps_mode',
								'passthrough',
								'-enc_time_base',
								'1:1000000',
							],
							...['-c:v', 'libwebp', '-quality', '75', '-f', 'image2', '-frame_pts', '1'],
							// Paths of ours hold no pattern but this one.
							`file:${folder.replaceAll('%', '%%')}/%d.webp`,
						]);
						if (!ran.ok) return ran;
						await writeFile(path, writeStripPack(heightPx, await tilesIn(folder, times)));
						return ok(undefined);
					} finally {
						await rm(folder, { recursive: true, force: true });
					}
				});
			},
		);
	}

	/** As the app keeps a waveform (`decodeWaveform`). */
	peaks(id: string): Promise<Result<OpenFile, Failure>> {
		return this.#get(
			id,
			'peaks-1',
			'.peaks',
			() => this.#library.probe(id),
			({ file, facts }) => {
				const { audio, name, firstTimestampS, durationS } = facts;
				if (audio.length === 0) return err({ kind: 'unsupported', subject: name, detail: 'it has no sound' });
				const channels = Math.min(2, audio[0]?.channels ?? 2);
				return ok(async (path, signal) => {
					const reader = new PeakReader(firstTimestampS, durationS, channels);
					const ran = await this.#run(
						file.path,
						name,
						signal,
						WHOLE_LIMIT_MS,
						[
							...[
								...inputArgs(file.path),
								'-map',
								'0:a:0',
								'-vn',
								'-af',
								`aresample=${PEAK_RATE_HZ}:async=1:first_pts=0`,
							],
							...['-ac', `${channels}`, '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'],
						],
						(bytes) => reader.add(bytes),
					);
					if (!ran.ok) return ran;
					await writeFile(path, encodeWaveform(reader.finish()));
					return ok(undefined);
				});
			},
		);
	}

	async #get<L>(
		id: string,
		recipe: string,
		ending: string,
		look: () => Promise<Result<L, Failure>>,
		plan: (looked: L) => Result<Produce, Failure>,
	): Promise<Result<OpenFile, Failure>> {
		const found = await this.#library.find(id);
		if (!found.ok) return found;
		const version = `${found.value.bytes}-${found.value.mtimeMs}`;
		const item: CacheItem = { mediaId: id, version, recipe, ending };
		const kept = await this.#cache.open(item);
		if (kept !== undefined) return ok(kept);
		const looked = await look();
		if (!looked.ok) return looked;
		const produce = plan(looked.value);
		if (!produce.ok) return produce;
		const made = await this.#cache.make(item, (path, signal) => this.#turns.take(() => produce.value(path, signal)));
		if (!made.ok) return made;
		const file = await this.#cache.open(item);
		return file === undefined ? err(missing(found.value.name)) : ok(file);
	}

	async #run(
		source: string,
		name: string,
		signal: AbortSignal,
		limitMs: number,
		args: readonly string[],
		onBytes?: (bytes: Buffer) => void,
	): Promise<Result<void, Failure>> {
		const needed = await this.#ffmpeg.need(name);
		if (!needed.ok) return needed;
		const options = { signal, limitMs, ...(onBytes && { onBytes, stallMs: STALL_MS }) };
		return outcomeOf(await this.#ffmpeg.run([...GLOBAL_ARGS, ...args], options), source, name);
	}
}

const noPicture = (subject: string): Failure => ({ kind: 'unsupported', subject, detail: 'it has no picture' });

/** The pictures that were wanted, by the time in their names. */
async function tilesIn(folder: string, timesS: readonly number[]): Promise<StripTile[]> {
	const names = (await readdir(folder)).map((name) => ({ name, us: parseInt(name, 10) })).sort((a, b) => a.us - b.us);
	const tiles: StripTile[] = [];
	for (const { name, us } of names) {
		// Rounded to the ticks of the file on the way: told by the time in the index.
		const timeS = timesS.find((time) => Math.abs(time * 1e6 - us) < 600);
		if (timeS === undefined) continue;
		tiles.push({ timeUs: Math.round(timeS * 1e6), picture: new Uint8Array(await readFile(join(folder, name))) });
	}
	return tiles;
}
