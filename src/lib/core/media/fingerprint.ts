import * as z from 'zod';

/** How the same file is recognised on every device: byte length + SHA-256 (hex) of its first and its last MiB. */
export const Fingerprint = z.string().regex(/^\d+-[0-9a-f]{64}$/);
export type Fingerprint = z.infer<typeof Fingerprint>;

/** Bytes hashed at each end of a file. A shorter file is hashed whole, once. */
export const FINGERPRINT_EDGE_BYTES = 1024 * 1024;

export const formatFingerprint = (bytes: number, sha256Hex: string): Fingerprint => `${bytes}-${sha256Hex}`;
