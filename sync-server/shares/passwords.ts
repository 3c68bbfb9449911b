import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** RFC 7914; 32 MB and about a tenth of a second a try. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 };
const SALT = 16;
const HASH = 32;
const FORM = 'scrypt1';

/** "scrypt1.<salt>.<hash>". */
export async function hashPassword(password: string): Promise<string> {
	const salt = randomBytes(SALT);
	return [FORM, salt.toString('base64url'), (await derive(password, salt)).toString('base64url')].join('.');
}

/** Takes as long for a near miss as for any other. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
	const [form, salt = '', hash = ''] = kept.split('.');
	const expected = Buffer.from(hash, 'base64url');
	const found = await derive(password, Buffer.from(salt, 'base64url'));
	return form === FORM && expected.length === HASH && timingSafeEqual(found, expected);
}

/** The same word typed on two keyboards is one. */
const derive = (password: string, salt: Buffer): Promise<Buffer> =>
	new Promise((resolve, reject) => {
		scrypt(password.normalize('NFC'), salt, HASH, COST, (error, key) => {
			if (error === null) resolve(key);
			else reject(error);
		});
	});
