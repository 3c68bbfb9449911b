/** Name of the shard of a batch: "walk-000007.tar". `name` is the first part of the batch's names. */
export const shardName = (name: string, counter: number): string => `${name}-${String(counter).padStart(6, '0')}.tar`;

/** What a shard says of a clip, in `<key>.json`. */
export interface ShardFacts {
	readonly path: string;
	readonly label: string;
	readonly category: string;
	readonly media: string;
	/** Seconds on the source's own timeline; `out` is not inside. */
	readonly in: number;
	readonly out: number;
}

/** Longest key, in characters of at most four bytes: an ending and "frame_0001.webp" still fit into 100 bytes of a tar name. */
const LONGEST_KEY = 20;

/**
 * Key of a clip in a shard. WebDataset takes what stands before the first dot of a file's name as the sample's key and the rest as the
 * field, so a key has no dots. The path is one of ours: its parts are safe as names.
 */
export function shardKey(clipPath: string): string {
	const last = clipPath.slice(clipPath.lastIndexOf('/') + 1);
	const stem = /\.(mp4|webm|mov|mkv|m4a|mp3|wav|gif)$/iu.test(last) ? last.slice(0, last.lastIndexOf('.')) : last;
	const key = stem.replaceAll('.', '_');
	const characters = [...key];
	// The end tells clips apart: it holds the counters.
	return characters.length <= LONGEST_KEY || isAscii(key, 70) ? key : characters.slice(-LONGEST_KEY).join('');
}

const isAscii = (text: string, most: number): boolean => text.length <= most && /^[\x20-\x7e]*$/u.test(text);
