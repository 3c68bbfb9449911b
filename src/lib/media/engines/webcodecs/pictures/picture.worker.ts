import { pictureFileName } from '#core/output-file-name';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { serve } from '../../../worker-rpc/serve.ts';
import { ExportFailure } from '../export-failure.ts';
import { writeWhole } from '../output-file.ts';
import { PictureCanvas, type PictureShape } from './picture-canvas.ts';

export interface PictureRequest extends PictureShape {
	/** Moved here, and closed here. */
	readonly frame: VideoFrame;
	readonly folder: FileSystemDirectoryHandle;
	/** Counted from 1. */
	readonly n: number;
	/** The output, for the person. */
	readonly subject: string;
}

let current: { readonly key: string; readonly canvas: PictureCanvas } | undefined;

function canvasOf({ size, format, quality }: PictureShape): PictureCanvas {
	const key = `${size.width}x${size.height} ${format} ${quality}`;
	if (current?.key !== key) current = { key, canvas: new PictureCanvas({ size, format, quality }) };
	return current.canvas;
}

export const api = {
	/** Writes one picture and answers its bytes. */
	async write({ frame, folder, n, subject, ...shape }: PictureRequest): Promise<Result<number, Failure>> {
		try {
			const bytes = await canvasOf(shape).encode(frame);
			await writeWhole(folder, pictureFileName(shape.format, n), bytes, subject);
			return ok(bytes.length);
		} catch (thrown) {
			if (thrown instanceof ExportFailure) return err(thrown.failure);
			if (thrown instanceof DOMException && thrown.name === 'NotSupportedError') {
				return err({ kind: 'unsupported', subject, detail: thrown.message });
			}
			throw thrown;
		} finally {
			frame.close();
		}
	},
};

serve(api, self);
