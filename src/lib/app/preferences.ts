import * as z from 'zod';

/**
 * What happens to added files that the browser gives without a handle: it can read them only until the page goes, unless a copy is
 * kept. `ask-large` copies what takes up to a quarter of the free space and asks for the rest; `small` leaves the rest out.
 */
export const CopyChoice = z.enum(['ask-large', 'all', 'small', 'none']);
export type CopyChoice = z.infer<typeof CopyChoice>;
export const COPY_CHOICE_KEY = 'library.copies';
export const DEFAULT_COPY_CHOICE: CopyChoice = 'ask-large';

/** The file that the Edit entry leads to. */
export const LAST_MEDIA_KEY = 'shell.last-media';
