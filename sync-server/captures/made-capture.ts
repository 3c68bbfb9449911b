/** A capture that was made and checked, still in the folder of its job. */
export interface MadeCapture {
	/** Absolute. */
	readonly part: string;
	readonly bytes: number;
	readonly width?: number;
	readonly height?: number;
	readonly durationS?: number;
	/** Where it really begins and ends, in seconds of the film. */
	readonly startS: number;
	readonly endS?: number;
}
