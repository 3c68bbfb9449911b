import { otherKindOf as kindOf, SNIFFED_BYTES } from '#core/media/other-kind';

/** What a file is that is surely no video or sound ("a text"), so that ffmpeg need not be fetched to find out. */
export const otherKindOf = async (file: Blob): Promise<string | undefined> =>
	kindOf(new Uint8Array(await file.slice(0, SNIFFED_BYTES).arrayBuffer()));
