import { pictureFileName } from '#core/export/output-file-name';
import type { Failure } from '#core/failure';
import { err, ok, present, type Result } from '#core/result';
import { serve } from '../../../worker-rpc/serve.ts';
import { ExportFailure } from '../export-failure.ts';
import { writeWhole } from '../output-file.ts';
import { PictureCanvas, type PictureShape } from './picture-canvas.ts';

/** Where pictures go, and how they are made. */
export interface PictureTarget extends PictureShape {
	readonly id: string;
	readonly folder: FileSystemDirectoryHandle;
	/** The output, for the person. */
	readonly subject: string;
}

export interface PictureRequest {
	readonly target: string;
	/** Moved here, and closed here. */
	readonly frame: VideoFrame;
	/** Counted from 1. */
	readonly n: number;
}

export interface WrittenPicture {
	readonly bytes: number;
	/** By its own encoder, not by libwebp. */
	readonly byBrowser: boolean;
}

/** One picture after the other: they share their buffers. */
let before: Promise<unknown> = Promise.resolve();

const targets = new Map<string, { readonly target: PictureTarget; readonly canvas: PictureCanvas }>();

export const api = {
	/** Handles of folders are dear to send: once for all pictures. */
	open(target: PictureTarget): Promise<void> {
		targets.set(target.id, { target, canvas: new PictureCanvas(target) });
		return Promise.resolve();
	},

	close(id: string): Promise<void> {
		targets.delete(id);
		return Promise.resolve();
	},

	/** Writes one picture. */
	write(request: PictureRequest): Promise<Result<WrittenPicture, Failure>> {
		const writing = before.then(() => write(request));
		before = writing.catch(() => undefined);
		return writing;
	},
};

async function write({ target: id, frame, n }: PictureRequest): Promise<Result<WrittenPicture, Failure>> {
	const { target, canvas } = present(targets.get(id), 'the folder of a picture');
	const { folder, format, subject } = target;
	try {
		const bytes = await canvas.encode(frame);
		await writeWhole(folder, pictureFileName(format, n), bytes, subject);
		return ok({ bytes: bytes.length, byBrowser: canvas.byBrowser });
	} catch (thrown) {
		if (thrown instanceof ExportFailure) return err(thrown.failure);
		if (thrown instanceof DOMException && thrown.name === 'NotSupportedError') {
			return err({ kind: 'unsupported', subject, detail: thrown.message });
		}
		throw thrown;
	} finally {
		frame.close();
	}
}

serve(api, self);
