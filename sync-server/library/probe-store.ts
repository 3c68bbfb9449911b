import { Failure } from '#core/failure';
import { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import { decodeFrameIndex, encodeFrameIndex } from '#core/time/frame-index-codec';
import type { Database } from '../db/open-database.ts';
import type { Probed } from '../ffmpeg/probe-file.ts';
import type { MediaFile } from './media-files.ts';
import { Turns } from './turns.ts';

/** Looks into a file; rejects with `AbortError` on `signal`. */
export type ProbeFile = (file: MediaFile, signal: AbortSignal) => Promise<Result<Probed, Failure>>;

/** Raised when probes learn more: what older ones found is found again. */
const PROBE_VERSION = 1;
/** Somebody waits for each; more would only slow each other down. */
const AT_ONCE = 2;

/** Failures that are of the file itself: they stay until it changes. Others are tried again. */
const OF_THE_FILE: ReadonlySet<Failure['kind']> = new Set([
	'empty-file',
	'not-media',
	'source-incomplete',
	'unsupported',
]);

interface ProbeRow {
	readonly facts: string | null;
	readonly failure: string | null;
	readonly frameIndex: Buffer | null;
}

/** What was found in files, kept as long as size and date stay the same. One probe a file at a time, however many ask. */
export class ProbeStore {
	readonly #db: Database;
	readonly #probeFile: ProbeFile;
	readonly #turns = new Turns(AT_ONCE);
	readonly #running = new Map<number, Promise<Result<Probed, Failure>>>();
	readonly #abort = new AbortController();

	constructor(db: Database, probeFile: ProbeFile) {
		this.#db = db;
		this.#probeFile = probeFile;
	}

	/** `n`: the row of `file`. */
	async probe(n: number, file: MediaFile): Promise<Result<Probed, Failure>> {
		const known = this.#known(n, file);
		if (known !== undefined) return known;
		let running = this.#running.get(n);
		if (running === undefined) {
			running = this.#turns.take(() => this.#probe(n, file)).finally(() => this.#running.delete(n));
			this.#running.set(n, running);
		}
		return running;
	}

	async close(): Promise<void> {
		this.#abort.abort();
		await Promise.allSettled(this.#running.values());
	}

	async #probe(n: number, file: MediaFile): Promise<Result<Probed, Failure>> {
		this.#abort.signal.throwIfAborted();
		const probed = await this.#probeFile(file, this.#abort.signal);
		if (probed.ok || OF_THE_FILE.has(probed.error.kind)) this.#keep(n, file, probed);
		return probed;
	}

	#known(n: number, { bytes, mtimeMs }: MediaFile): Result<Probed, Failure> | undefined {
		const sql = `SELECT facts, failure, frame_index AS frameIndex FROM library_probes
			WHERE media_n = ? AND bytes = ? AND abs(mtime_ms - ?) < 0.01 AND probe_version = ?`;
		const row = this.#db.sqlite.prepare(sql).get(n, bytes, mtimeMs, PROBE_VERSION) as ProbeRow | undefined;
		if (row === undefined) return undefined;
		if (row.failure !== null) {
			const failure = Failure.safeParse(JSON.parse(row.failure));
			return failure.success ? err(failure.data) : undefined;
		}
		const facts = MediaFacts.safeParse(JSON.parse(row.facts ?? 'null'));
		if (!facts.success) return undefined;
		return ok({ facts: facts.data, index: row.frameIndex === null ? undefined : decodeFrameIndex(row.frameIndex) });
	}

	#keep(n: number, { bytes, mtimeMs }: MediaFile, probed: Result<Probed, Failure>): void {
		const { sqlite } = this.#db;
		sqlite.transaction(() => {
			// The file may have been deleted meanwhile.
			if (sqlite.prepare('SELECT 1 FROM library_media WHERE n = ?').get(n) === undefined) return;
			const insert = sqlite.prepare(`INSERT OR REPLACE INTO library_probes
				(media_n, bytes, mtime_ms, probe_version, facts, failure, frame_index) VALUES (?, ?, ?, ?, ?, ?, ?)`);
			if (!probed.ok) {
				insert.run(n, bytes, mtimeMs, PROBE_VERSION, null, JSON.stringify(probed.error), null);
				return;
			}
			const { facts, index } = probed.value;
			const frames = index === undefined ? null : Buffer.from(encodeFrameIndex(index));
			insert.run(n, bytes, mtimeMs, PROBE_VERSION, JSON.stringify(facts), null, frames);
			sqlite
				.prepare('UPDATE library_media SET duration_s = ?, width = ?, height = ? WHERE n = ?')
				.run(facts.durationS, facts.video?.width ?? null, facts.video?.height ?? null, n);
		})();
	}
}
