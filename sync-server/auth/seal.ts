import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;
const FORM = 'v1.';

/** Seals secrets that are kept: a copy of the database alone opens none of them. */
export interface Seal {
	/** AES-256-GCM (NIST SP 800-38D) with a fresh nonce; `owner` is bound in, so that a sealed text fits in no other row. */
	close(plain: string, owner: string): string;
	/** Undefined: it was sealed with another key, for another owner, or was changed. */
	open(sealed: string, owner: string): string | undefined;
}

/** With a key that is derived (RFC 5869) from the server's own, so that the two uses share nothing. */
export function createSeal(serverKey: Buffer): Seal {
	const key = Buffer.from(hkdfSync('sha256', serverKey, '', 'octocut sealed secrets', 32));
	return {
		close: (plain, owner) => {
			const nonce = randomBytes(NONCE);
			const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
			const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
			return FORM + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
		},
		open: (sealed, owner) => {
			if (!sealed.startsWith(FORM)) return undefined;
			const bytes = Buffer.from(sealed.slice(FORM.length), 'base64url');
			if (bytes.length < NONCE + TAG) return undefined;
			const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
				.setAAD(Buffer.from(owner))
				.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
			try {
				return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
			} catch (thrown) {
				if (thrown instanceof Error) return undefined;
				throw thrown;
			}
		},
	};
}
