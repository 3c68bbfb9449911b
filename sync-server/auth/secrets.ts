import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** Without letters that look like figures. */
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 10;

/** What a device or the server itself is known by: 192 random bits that survive a copy by hand into a shell or an address. */
export const newToken = (): string => `octo_${randomBytes(24).toString('base64url')}`;

/** Short enough to be typed on a phone; lives for minutes. */
export const newCode = (): string =>
	Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');

/** As people read it: "7K2QM-XH4TR". */
export const showCode = (code: string): string => `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}`;

/** As it was made, whatever a person put between the letters. */
export const plainCode = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase();

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Takes as long for a near miss as for any other. */
export function sameSecret(one: string, other: string): boolean {
	const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
	return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
