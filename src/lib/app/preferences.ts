/**
 * What happens to added files that the browser gives without a handle: it can read them only until the page goes, unless a copy is
 * kept. `ask-large` copies what takes up to a quarter of the free space and asks for the rest; `small` leaves the rest out.
 */
export const COPY_CHOICES = ['ask-large', 'all', 'small', 'none'] as const;
export type CopyChoice = (typeof COPY_CHOICES)[number];

/** Read before anything is drawn, so it does without the schema library. */
export const CopyChoice = {
	safeParse(value: unknown): { success: true; data: CopyChoice } | { success: false } {
		const data = COPY_CHOICES.find((choice) => choice === value);
		return data === undefined ? { success: false } : { success: true, data };
	},
};

export const COPY_CHOICE_KEY = 'library.copies';
export const DEFAULT_COPY_CHOICE: CopyChoice = 'ask-large';

/** What kind of picture a snapshot is. */
export const SNAPSHOT_FORMATS = ['png', 'jpg'] as const;
export type SnapshotFormat = (typeof SNAPSHOT_FORMATS)[number];
export const SnapshotFormat = {
	safeParse(value: unknown): { success: true; data: SnapshotFormat } | { success: false } {
		const data = SNAPSHOT_FORMATS.find((format) => format === value);
		return data === undefined ? { success: false } : { success: true, data };
	},
};
export const SNAPSHOT_KEY = 'snapshot.format';
