/** A file of which no clip is made, and why: a sentence. */
export interface LeftOut {
	readonly name: string;
	readonly why: string;
}
