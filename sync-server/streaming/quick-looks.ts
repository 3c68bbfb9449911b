import type { Failure } from '#core/failure';
import { inputArgs } from '#core/ffmpeg/ffmpeg-args';
import { factsFrom } from '#core/ffmpeg/probe-facts';
import { Overview, pictureOf, ratioOf, secondsOf } from '#core/ffmpeg/probe-overview';
import { formatFingerprint } from '#core/media/fingerprint';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { MediaFile } from '../library/media-files.ts';
import type { MediaLibrary } from '../library/media-library.ts';
import { outcomeOf } from './run-failure.ts';

export interface Looked {
	readonly file: MediaFile;
	readonly facts: MediaFacts;
}

const LIMIT_MS = 30_000;
const MOST_JSON = 4_000_000;
/** Looks that are remembered. */
const MOST = 500;
const NO_FINGERPRINT = formatFingerprint(0, '0'.repeat(64));

/**
 * What is in a file by its head alone: length, size, tracks. The whole probe reads every packet, which takes a minute for a film of ten gigabytes;
 * whoever wants to see something at once cannot wait for that. What the whole probe has found is taken instead when it is there.
 */
export class QuickLooks {
	readonly #library: MediaLibrary;
	readonly #ffmpeg: Ffmpeg;
	readonly #looks = new Map<string, Promise<Result<MediaFacts, Failure>>>();

	constructor(library: MediaLibrary, ffmpeg: Ffmpeg) {
		this.#library = library;
		this.#ffmpeg = ffmpeg;
	}

	async look(id: string): Promise<Result<Looked, Failure>> {
		const found = await this.#library.find(id);
		if (!found.ok) return found;
		const file = found.value;
		const facts = (await this.#library.probedFacts(id)) ?? (await this.#remembered(file));
		return facts.ok ? ok({ file, facts: facts.value }) : facts;
	}

	#remembered(file: MediaFile): Promise<Result<MediaFacts, Failure>> {
		const key = `${file.id} ${file.bytes} ${file.mtimeMs}`;
		let look = this.#looks.get(key);
		if (look === undefined) {
			const [oldest] = this.#looks.keys();
			if (this.#looks.size >= MOST && oldest !== undefined) this.#looks.delete(oldest);
			look = this.#lookAt(file);
			this.#looks.set(key, look);
			// What failed is looked at again.
			const forget = (): boolean => this.#looks.delete(key);
			look.then(({ ok: fine }) => fine || forget(), forget);
		}
		return look;
	}

	async #lookAt({ path, name, bytes }: MediaFile): Promise<Result<MediaFacts, Failure>> {
		if (bytes === 0) return err({ kind: 'empty-file', subject: name });
		const needed = await this.#ffmpeg.need(name);
		if (!needed.ok) return needed;
		let json = '';
		const args = ['-v', 'error', '-of', 'json', ...inputArgs(path), '-show_streams', '-show_format'];
		const end = await this.#ffmpeg.probe(args, {
			...{ nice: false, limitMs: LIMIT_MS },
			onBytes: (said) => {
				if (json.length < MOST_JSON) json += said.toString('utf8');
			},
		});
		const outcome = outcomeOf(end, path, name);
		if (!outcome.ok) return outcome;
		const overview = Overview.safeParse(parsed(json));
		if (!overview.success || overview.data.streams.length === 0)
			return err({ kind: 'source-unreadable', subject: name, detail: 'it holds neither picture nor sound' });
		return glance(overview.data, { name, bytes });
	}
}

/** Facts as far as the head of a file tells them; the first two frames stand for all. */
export function glance(
	overview: Overview,
	file: { readonly name: string; readonly bytes: number },
): Result<MediaFacts, Failure> {
	const picture = pictureOf(overview);
	const base = ratioOf(picture?.time_base) ?? { num: 1, den: 1_000_000 };
	const rate = ratioOf(picture?.avg_frame_rate) ?? { num: 25, den: 1 };
	const step = Math.max(1, Math.round((rate.den * base.den) / (rate.num * base.num)));
	const times = Float64Array.of(0, step);
	const packets = {
		pts: times,
		dts: times,
		duration: Float64Array.of(step, step),
		key: Uint8Array.of(1, 0),
		bytes: NaN,
	};
	const facts = factsFrom(
		{ packets: picture === undefined ? undefined : packets, firstPictureS: undefined },
		overview,
		{
			...{ fingerprint: NO_FINGERPRINT, ...file },
		},
	);
	if (!facts.ok) return facts;
	const durationS = secondsOf(overview.format.duration) ?? secondsOf(picture?.duration);
	if (durationS === undefined)
		return err({ kind: 'source-unreadable', subject: file.name, detail: 'its head does not tell how long it is' });
	return ok({ ...facts.value.facts, durationS, firstTimestampS: secondsOf(overview.format.start_time) ?? 0 });
}

export function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return undefined;
		throw thrown;
	}
}
