import { basename, resolve } from 'node:path';
import type { Fingerprint } from '#core/media/fingerprint';
import type { Failure } from '#core/failure';
import type { FrameIndex } from '#core/time/frame-index';
import { err, ok, type Result } from '#core/result';
import type { Config } from '../config.ts';
import { type Database, openDatabase } from '../db/open-database.ts';
import { Settings } from '../db/settings.ts';
import { Encoders } from '../encoders/encoders.ts';
import { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { probeFile } from '../ffmpeg/probe-file.ts';
import { ProgramKeeper } from '../ffmpeg/program-keeper.ts';
import type { MediaFile, MediaFiles, ProbedFile } from '../library/media-files.ts';

/** What the commands work with; nothing of it is kept beyond the command. */
export interface Machine {
	readonly ffmpeg: Ffmpeg;
	readonly encoders: Encoders;
	readonly database: Database;
	close(): Promise<void>;
}

export function openMachine(config: Config): Machine {
	const opened = openDatabase(':memory:');
	if (!opened.ok) throw new Error(opened.error);
	const keeper = new ProgramKeeper();
	const ffmpeg = new Ffmpeg(keeper, config);
	return {
		...{ ffmpeg, database: opened.value },
		encoders: new Encoders(ffmpeg, new Settings(opened.value), config.encoder),
		close: async () => {
			await keeper.close();
			opened.value.close();
		},
	};
}

/** Of a file without a picture. */
const NO_FRAMES: FrameIndex = { ptsUs: new Float64Array(), key: new Uint8Array(), endUs: 0 };

/** The files that were named on the command line, as a library. */
export class NamedFiles implements MediaFiles {
	readonly #files: ReadonlyMap<Fingerprint, ProbedFile>;

	private constructor(files: ReadonlyMap<Fingerprint, ProbedFile>) {
		this.#files = files;
	}

	/** Looks at every file; the first that cannot be read is the failure. */
	static async open(
		ffmpeg: Ffmpeg,
		paths: readonly string[],
		signal: AbortSignal,
	): Promise<Result<NamedFiles, Failure>> {
		const files = new Map<Fingerprint, ProbedFile>();
		for (const path of paths) {
			const name = basename(path);
			const probed = await probeFile(ffmpeg, { path: resolve(path), name }, { signal });
			if (!probed.ok) return probed;
			const { facts } = probed.value;
			const file: MediaFile = { id: facts.fingerprint, path: resolve(path), name, bytes: facts.bytes, mtimeMs: 0 };
			files.set(facts.fingerprint, { facts, index: probed.value.index ?? NO_FRAMES, file });
		}
		return ok(new NamedFiles(files));
	}

	get all(): readonly ProbedFile[] {
		return [...this.#files.values()];
	}

	get(media: Fingerprint): ProbedFile | undefined {
		return this.#files.get(media);
	}

	/** Undefined for files without a picture. */
	indexOf(media: Fingerprint): FrameIndex | undefined {
		const index = this.#files.get(media)?.index;
		return index === NO_FRAMES ? undefined : index;
	}

	find(id: string): Promise<Result<MediaFile, Failure>> {
		const found = this.#files.get(id);
		return Promise.resolve(found ? ok(found.file) : err({ kind: 'source-missing', subject: id }));
	}

	findByFingerprint(media: Fingerprint): Promise<Result<MediaFile, Failure>> {
		return this.find(media);
	}

	probe(id: string): Promise<Result<ProbedFile, Failure>> {
		const found = this.#files.get(id);
		return Promise.resolve(found ? ok(found) : err({ kind: 'source-missing', subject: id }));
	}
}
