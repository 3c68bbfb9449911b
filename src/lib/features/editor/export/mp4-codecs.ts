import { Mp4Codec } from '#core/export/export-settings';

/** What MP4 can be encoded with, in the order that people read. */
const CODECS: readonly Mp4Codec[] = ['avc', 'hevc', 'av1'];

/** What is offered for MP4: what an engine here makes, and what was chosen, which stays to be seen whoever is here now. */
export const mp4CodecsFor = (chosen: Mp4Codec | undefined, made: readonly Mp4Codec[]): readonly Mp4Codec[] =>
	CODECS.filter((codec) => codec === (chosen ?? 'avc') || made.includes(codec));

/** What MP4 is encoded with here, as `canMake` says of each; H.264 is taken for granted. Stops asking on `signal`. */
export async function askMp4Codecs(
	canMake: (codec: Mp4Codec) => Promise<boolean>,
	signal: AbortSignal,
): Promise<readonly Mp4Codec[]> {
	const codecs: Mp4Codec[] = [];
	for (const codec of Mp4Codec.options) {
		if (codec === 'avc' || (await canMake(codec))) codecs.push(codec);
		if (signal.aborted) break;
	}
	return codecs;
}
