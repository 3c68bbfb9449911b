const HOUR_S = 3600;
export const DAY_S = 24 * HOUR_S;

/** How a link is given away. */
export interface Terms {
	/** From now on, in seconds; null: it does not end. */
	readonly expiresInS: number | null;
	/** Empty: none. */
	readonly password: string;
	readonly maxViews: number | null;
	/** Visitors may save the file. */
	readonly download: boolean;
}

/** Values of the choice, and what they mean in seconds. */
export const EXPIRIES = {
	hour: HOUR_S,
	day: DAY_S,
	week: 7 * DAY_S,
	month: 30 * DAY_S,
	never: null,
} as const satisfies Record<string, number | null>;
export type Expiry = keyof typeof EXPIRIES;
