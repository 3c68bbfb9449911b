import type { Input, InputAudioTrack } from 'mediabunny';
import type { Piece } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { present } from '#core/result';
import { openInput } from '../../probe/open-input.ts';
import { ExportFailure, readingFailure } from './export-failure.ts';
import type { VideoSource } from './picture-pump.ts';
import type { SourceFile } from './task-request.ts';
import { checkReadable } from '../../media-bytes.ts';

/** The files that a run reads, each opened once. */
export class SourceInputs {
	readonly #inputs = new Map<string, Input>();

	constructor(private readonly sources: readonly SourceFile[]) {}

	/** The picture of a piece's file. Throws `ExportFailure` when there is none. */
	async video(piece: Piece): Promise<VideoSource> {
		const { facts } = this.#source(piece);
		const track = await this.#input(piece).getPrimaryVideoTrack();
		if (track === null) {
			throw new ExportFailure({ kind: 'source-unreadable', subject: facts.name, detail: 'it has no picture' });
		}
		return { track, hdr: facts.video?.hdr ?? false, name: facts.name };
	}

	/** Undefined when the file has no sound. */
	async audio(piece: Piece): Promise<InputAudioTrack | undefined> {
		if (this.#source(piece).facts.audio.length === 0) return undefined;
		return (await this.#input(piece).getPrimaryAudioTrack()) ?? undefined;
	}

	/** What a failure of reading or making means. Streams say no more than "network error" when a file is gone: its first byte tells. */
	async explain(thrown: unknown): Promise<Failure> {
		for (const { blob, facts } of this.sources) {
			try {
				await checkReadable(blob);
			} catch (lost) {
				return readingFailure(lost, facts.name);
			}
		}
		return readingFailure(thrown, this.sources[0]?.facts.name ?? 'The source');
	}

	dispose(): void {
		for (const input of this.#inputs.values()) input.dispose();
	}

	#input(piece: Piece): Input {
		const input = this.#inputs.get(piece.media) ?? openInput(this.#source(piece).blob, () => undefined);
		this.#inputs.set(piece.media, input);
		return input;
	}

	#source(piece: Piece): SourceFile {
		return present(
			this.sources.find(({ facts }) => facts.fingerprint === piece.media),
			'the source of a piece',
		);
	}
}
