import {
	MkvOutputFormat,
	MovOutputFormat,
	Mp3OutputFormat,
	Mp4OutputFormat,
	Output,
	StreamTarget,
	WavOutputFormat,
	WebMOutputFormat,
	type OutputFormat,
} from 'mediabunny';
import type { Container } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { behindMp3Head } from './audio/mp3-head.ts';
import { ExportFailure } from './export-failure.ts';
import { openOutput, type OutputFile } from './output-file.ts';

/** Bytes gathered before they are written: one write a few times a second, and little memory. */
const CHUNK_BYTES = 2 * 1024 * 1024;

/** One file that a muxer writes as it goes. */
export class MuxedFile {
	private constructor(
		private readonly file: OutputFile,
		private readonly output: Output,
	) {}

	/** Opens `handle`, emptied; `addTracks` says what goes in. Throws `ExportFailure` when the browser refuses. */
	static async open(
		handle: FileSystemFileHandle,
		{ container, subject, addTracks }: { container: Container; subject: string; addTracks: (output: Output) => void },
	): Promise<MuxedFile> {
		const format = formatOf(container);
		if (format === undefined) {
			throw new ExportFailure({
				kind: 'unsupported',
				subject,
				detail: `the browser does not write ${container} files`,
			});
		}
		const file = await openOutput(handle, subject);
		const writable = container === 'mp3' ? behindMp3Head(file.writable) : file.writable;
		const target = new StreamTarget(writable, { chunked: true, chunkSize: CHUNK_BYTES });
		const muxed = new MuxedFile(file, new Output({ format, target }));
		try {
			addTracks(muxed.output);
			await muxed.output.start();
		} catch (thrown) {
			await muxed.release();
			throw thrown;
		}
		return muxed;
	}

	get bytes(): number {
		return this.file.bytes;
	}

	/** Why writing failed, once it has. */
	get failure(): Failure | undefined {
		return this.file.failure;
	}

	/** Completes the file and closes it. Throws `ExportFailure` when any of its bytes could not be written. */
	async finalize(): Promise<void> {
		await this.output.finalize();
		if (this.failure !== undefined) throw new ExportFailure(this.failure);
	}

	/** Lets go of the file, whether or not it is complete. */
	async release(): Promise<void> {
		// The file goes first: cancelling the muxer would otherwise save a file that is not complete.
		// What fails while letting go was told already, or came too late to matter.
		await this.file.release().catch(() => undefined);
		if (this.output.state !== 'finalized') await this.output.cancel().catch(() => undefined);
	}
}

/** MP4 and MOV get their index in front: space for it is reserved, because the number of packets is known. */
function formatOf(container: Container): OutputFormat | undefined {
	switch (container) {
		case 'mp4':
			return new Mp4OutputFormat({ fastStart: 'reserve' });
		case 'mov':
			return new MovOutputFormat({ fastStart: 'reserve' });
		case 'webm':
			return new WebMOutputFormat();
		case 'mkv':
			return new MkvOutputFormat();
		case 'mp3':
			return new Mp3OutputFormat({ xingHeader: false });
		case 'wav':
			return new WavOutputFormat();
		default:
			return undefined;
	}
}
