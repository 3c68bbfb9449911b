import { otherKindOf as kindOf, SNIFFED_BYTES } from '#core/media/other-kind';
import { readSpan, type MediaBytes } from '../media-bytes.ts';

/** What a file is that is surely no video or sound ("a text"), so that ffmpeg need not be fetched to find out. */
export const otherKindOf = async (file: MediaBytes): Promise<string | undefined> =>
	kindOf(new Uint8Array(await readSpan(file, 0, SNIFFED_BYTES)));
