import { batchName } from '../batch/batch-plan.ts';
import type { Marker } from '../project/profile.ts';

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

/** One file of a shard: a file of the destination, or words. */
export type ShardMember = { readonly name: string } & ({ readonly path: string } | { readonly text: string });

/**
 * What a shard holds of one clip. `there` are its files under the destination: the clip itself, or the pictures of its folder; `sound` the WAV beside
 * it, where there is one. Nothing without files.
 */
export function shardSample(
	{ path, inS, outS }: { readonly path: string; readonly inS: number; readonly outS: number },
	{ label, category, mediaName }: { readonly label: string; readonly category: string; readonly mediaName: string },
	there: readonly string[],
	sound: string | undefined,
): readonly ShardMember[] {
	if (there.length === 0) return [];
	const key = shardKey(path);
	const facts: ShardFacts = { path, label, category, media: mediaName, in: inS, out: outS };
	const files = there.map((at) => {
		const last = at.slice(at.lastIndexOf('/') + 1);
		// A clip's ending, or a picture's name: both are the field of the sample.
		const field = at === path ? last.slice(last.lastIndexOf('.') + 1) : last;
		return { name: `${key}.${field}`, path: at };
	});
	return [
		...files,
		...(sound === undefined || there[0] === path ? [] : [{ name: `${key}.wav`, path: sound }]),
		...(label.trim() === '' ? [] : [{ name: `${key}.txt`, text: label }]),
		{ name: `${key}.json`, text: JSON.stringify(facts) },
	];
}

/** Path of the shard of a group, under the destination. */
export const shardPath = (marker: Pick<Marker, 'batch' | 'mediaName' | 'counter'>, root: string): string => {
	const name = shardName(batchName(marker.batch, marker.mediaName), marker.counter);
	return root === '' ? name : `${root}/${name}`;
};

const isAscii = (text: string, most: number): boolean => text.length <= most && /^[\x20-\x7e]*$/u.test(text);
