import * as z from 'zod';

/** SHA-256 of the bytes of something large that lies beside a document, in hex: its name there. */
export const BlobHash = z.string().regex(/^[0-9a-f]{64}$/);
export type BlobHash = z.infer<typeof BlobHash>;
