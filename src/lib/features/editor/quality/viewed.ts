import type { MediaFacts } from '#core/media/media-facts';

/** From the largest to the smallest. */
export const VIEWED = ['original', 'high', 'medium', 'low', 'potato'] as const;
export type Viewed = (typeof VIEWED)[number];

/** Kept in the settings of this device. */
export const Viewed = {
	safeParse(value: unknown): { success: true; data: Viewed } | { success: false } {
		const data = VIEWED.find((viewed) => viewed === value);
		return data === undefined ? { success: false } : { success: true, data };
	},
};
export const VIEWED_KEY = 'player.quality';

/** What is looked at where the original cannot be: quickly made, also by a small server, and fine on most screens. */
export const STAND_IN = 'low';

/** Sounds that browsers play. */
const HEARD = new Set(['aac', 'mp3', 'opus', 'vorbis', 'flac', 'alac']);

/** The codec for which this browser cannot show the file, or not with its sound; undefined when it can. */
export function undecodable({ playable, video, audio }: MediaFacts): string | undefined {
	const [sound] = audio;
	const silent =
		sound !== undefined && !HEARD.has(sound.codec) && !sound.codec.startsWith('pcm') ? sound.codec : undefined;
	if (playable === 'native') return undefined;
	return playable === 'webcodecs' ? silent : (video?.codec ?? silent);
}
