import * as z from 'zod';
import { unreachable } from './result.ts';

/** Why a job or a look at a file did not succeed. `subject` is the file or thing it is about. */
export const Failure = z
	.discriminatedUnion('kind', [
		z.object({ kind: z.literal('unsupported'), subject: z.string(), detail: z.string() }),
		z.object({ kind: z.literal('empty-file'), subject: z.string() }),
		/** `detail` is what it is instead: "a text". */
		z.object({ kind: z.literal('not-media'), subject: z.string(), detail: z.string() }),
		/** Cut off before the part that says where the frames are. */
		z.object({ kind: z.literal('source-incomplete'), subject: z.string() }),
		z.object({ kind: z.literal('source-missing'), subject: z.string() }),
		z.object({ kind: z.literal('source-permission'), subject: z.string() }),
		z.object({ kind: z.literal('source-changed'), subject: z.string() }),
		/** It lies on a server that does not answer. */
		z.object({ kind: z.literal('source-offline'), subject: z.string() }),
		/** Its server does not let this device read it (any more). */
		z.object({ kind: z.literal('source-refused'), subject: z.string() }),
		/** Its server cannot hand it out in parts; `detail` is what it does instead. */
		z.object({ kind: z.literal('server-unfit'), subject: z.string(), detail: z.string() }),
		/** The server will not; `detail` is its sentence, with the next step. */
		z.object({ kind: z.literal('server-refused'), subject: z.string(), detail: z.string() }),
		/** It lies in the folder of a server that is not the one connected now; `server`: what people call it. */
		z.object({ kind: z.literal('on-other-server'), subject: z.string(), server: z.string() }),
		z.object({ kind: z.literal('source-unreadable'), subject: z.string(), detail: z.string() }),
		z.object({ kind: z.literal('out-of-space'), subject: z.string(), neededBytes: z.number().optional() }),
		z.object({ kind: z.literal('out-of-memory'), subject: z.string() }),
		/** `on`: whose folder it is; absent: the browser's. */
		z.object({
			kind: z.literal('output-permission'),
			subject: z.string(),
			on: z.literal('server').optional(),
		}),
		z.object({ kind: z.literal('output-wrong'), subject: z.string(), detail: z.string() }),
		z.object({ kind: z.literal('decoder-lost'), subject: z.string(), detail: z.string() }),
		z.object({ kind: z.literal('worker-crashed'), subject: z.string(), detail: z.string() }),
		z.object({ kind: z.literal('offline'), subject: z.string() }),
		/** A detector that cannot be used; `detail` is what was found in its file. */
		z.object({ kind: z.literal('model-refused'), subject: z.string(), detail: z.string() }),
		/** A film in which nobody can be looked for; `detail` is why, as the rest of a sentence. */
		z.object({ kind: z.literal('not-searchable'), subject: z.string(), detail: z.string() }),
		/** Something that plays; `detail` is why and what to do, as sentences. */
		z.object({ kind: z.literal('not-capturable'), subject: z.string(), detail: z.string() }),
		z.object({ kind: z.literal('interrupted'), subject: z.string() }),
		z.object({ kind: z.literal('unexpected'), subject: z.string(), detail: z.string() }),
	])
	.readonly();
export type Failure = z.infer<typeof Failure>;

/** The sentence a person reads: the thing, the reason, the next step. */
export function failureText(failure: Failure): string {
	const subject = `“${failure.subject}”`;
	switch (failure.kind) {
		case 'unsupported':
			return `${subject} cannot be made here: ${failure.detail}. Choose another engine or format.`;
		case 'empty-file':
			return `${subject} is empty: it holds no bytes. Copy or download it again, then add it.`;
		case 'not-media':
			return `${subject} is not a video or sound file: it is ${failure.detail}. Choose another file.`;
		case 'source-incomplete':
			return `${subject} is incomplete: it ends before the list of its frames, which recorders write last. Copy or download it again, or repair the recording first.`;
		case 'source-missing':
			return `${subject} is not where it was. Find it again with Re-link in the library, then retry.`;
		case 'source-permission':
			return `The browser needs your permission to read ${subject} again. Press Retry and allow it.`;
		case 'source-changed':
			return `${subject} has changed since it was added. Add it again, then export.`;
		case 'source-offline':
			return `${subject} is on a server that does not answer. Check the connection and the server, then retry.`;
		case 'source-refused':
			return `The server does not let this device read ${subject} any more. Connect to the server again, then retry.`;
		case 'server-unfit':
			return `${subject} cannot be read from its server in parts: ${failure.detail}. Download it and add the file instead.`;
		case 'server-refused':
			return `The server did not do it for ${subject}. ${failure.detail}`;
		case 'on-other-server':
			return `${subject} is in the export folder of ${failure.server}, which is not connected now. Connect it in Settings, then try again.`;
		case 'source-unreadable':
			return `${subject} could not be read (${failure.detail}). Try the ffmpeg engine, or convert the file first.`;
		case 'out-of-space':
			return failure.neededBytes === undefined
				? `There is no space left for ${subject}. Free some space and retry.`
				: `There is no space left for ${subject}. Free about ${Math.ceil(failure.neededBytes / 1e6)} MB and retry.`;
		case 'out-of-memory':
			return `There was not enough memory for ${subject}. Close other tabs, or choose a smaller size, and retry.`;
		case 'output-permission':
			if (failure.on === 'server') {
				return `The server may not write to its export folder, so ${subject} was not made. Give it the right to, or set EXPORT_DIR, then retry.`;
			}
			return `The browser may no longer write to the folder for ${subject}. Choose the folder again and retry.`;
		case 'output-wrong':
			return `${subject} was made but failed its check (${failure.detail}), so it was not kept. Retry, or choose another engine.`;
		case 'decoder-lost':
			return `The browser took the video decoder away while making ${subject} (${failure.detail}). Keep this tab in front and retry.`;
		case 'worker-crashed':
			return `The worker for ${subject} stopped (${failure.detail}). Retry; if it happens again, close other tabs or choose another engine.`;
		case 'offline':
			return `${subject} needs a part of Octocut that is not on this device yet. Connect once, or use Make available offline in Settings.`;
		case 'model-refused':
			return `${subject} cannot be used to find things: ${failure.detail}. Choose another model file.`;
		case 'not-searchable':
			return `Nobody can be looked for in ${subject}: ${failure.detail}. Convert it to MP4 with H.264, or choose another file.`;
		case 'not-capturable':
			return `${subject} cannot be captured. ${failure.detail}`;
		case 'interrupted':
			return `${subject} was interrupted too often to go on by itself. Retry when you are ready.`;
		case 'unexpected':
			return `${subject} failed: ${failure.detail}. Retry; if it happens again, please report it.`;
		default:
			return unreachable(failure);
	}
}
