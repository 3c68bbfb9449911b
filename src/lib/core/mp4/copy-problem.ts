/** Found when the packets are looked at: they cannot be cut as planned. The message completes “… cannot be made here: ”. */
export class CopyProblem extends Error {
	override name = 'CopyProblem';
}

/** The file is not as its index says. */
export class DamagedSourceError extends Error {
	override name = 'DamagedSourceError';
}

export const damaged = (what: string): DamagedSourceError => new DamagedSourceError(what);
