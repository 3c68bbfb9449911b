import type { Box, Colours } from './detection.ts';

export interface Sighting {
	/** Start of the frame, in seconds on the file's own timeline. */
	readonly atS: number;
	readonly box: Box;
	readonly score: number;
	/** Where the picture was at hand. */
	readonly colours?: Colours | undefined;
}

/** One thing, seen again and again within one shot. */
export interface Track {
	/** Unique in the answer of one `associate`, from 1. */
	readonly id: number;
	readonly label: string;
	/** Index of the shot: how many cuts lie at or before its frames. */
	readonly shot: number;
	/** In order of time; at least one. */
	readonly sightings: readonly Sighting[];
}
