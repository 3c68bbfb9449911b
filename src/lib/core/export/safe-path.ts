/** Longest name of a file that all systems take, in bytes of UTF-8: endings and counters still fit. */
const LONGEST_NAME_BYTES = 200;
const MOST_FOLDERS = 16;

/**
 * Whether `path` (parts with `/` between) can only lie below the folder that it is told from, on every system: no part is empty, `.` or `..`, none
 * holds a separator, a colon or a character that is not for names.
 */
export function isSafePath(path: string): boolean {
	const parts = path.split('/');
	return parts.length <= MOST_FOLDERS && parts.every(isSafeName);
}

function isSafeName(name: string): boolean {
	if (name === '' || name === '.' || name === '..') return false;
	if (/[\\/:*?"<>|\p{Cc}\p{Cs}]/u.test(name) || name.startsWith('.')) return false;
	return utf8Length(name) <= LONGEST_NAME_BYTES;
}

const utf8Length = (text: string): number => {
	let bytes = 0;
	for (const character of text) {
		const code = character.codePointAt(0) ?? 0;
		bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
	}
	return bytes;
};
