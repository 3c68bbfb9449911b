/** A moment of ISO 8601 as people here write it: "Dec 1, 2026, 4:30 AM". */
export const dayAndTime = (iso: string): string =>
	new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
