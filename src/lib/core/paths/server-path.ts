/** A path as a media server writes it, which may run on any system. */
export interface ServerPath {
	/** Drive ("f:"), or host and share ("//nas/media"), in small letters; empty: from the top of one tree. */
	readonly volume: string;
	/** Folders and the file below it. */
	readonly names: readonly string[];
	/** Systems with drives and shares tell no large letter from a small one. */
	readonly anyCase: boolean;
}

const SHARE = /^(?:smb|cifs|nfs):\/\/(?:[^/@]*@)?([^/]+)\/+([^/]+)(.*)$/i;
const UNC = /^\/\/([^/]+)\/+([^/]+)(.*)$/;
const DRIVE = /^([a-z]:)(\/.*|)$/i;

/** Undefined: it does not begin at the top of something, or climbs (`..`), or cannot be a path at all. */
export function readServerPath(text: string): ServerPath | undefined {
	if (text.includes('\0')) return undefined;
	// On Unix a backslash is a letter like any other.
	const windows = /^([a-z]:(\\|$|\/)|\\\\)/i.test(text);
	const slashed = windows ? text.replaceAll('\\', '/') : text;
	const plain = slashed.replace(/^\/\/[?.]\/UNC\//i, '//').replace(/^\/\/[?.]\//, '');
	const drive = DRIVE.exec(plain);
	if (drive !== null) return below(drive[1]?.toLowerCase() ?? '', drive[2] ?? '', true);
	const share = SHARE.exec(plain) ?? (windows ? UNC.exec(plain) : null);
	if (share !== null) {
		const [, host = '', name = '', rest = ''] = share;
		return below(`//${host}/${name}`.normalize('NFC').toLowerCase(), rest, true);
	}
	if (windows || !plain.startsWith('/')) return undefined;
	return below('', plain, false);
}

function below(volume: string, rest: string, anyCase: boolean): ServerPath | undefined {
	const names = rest.split('/').filter((name) => name !== '' && name !== '.');
	return names.includes('..') ? undefined : { volume, names, anyCase };
}

/** How many names of `path` are taken up by `folder`, which it lies in or is; undefined when it does not. */
export function namesWithin(path: ServerPath, folder: ServerPath): number | undefined {
	if (path.volume !== folder.volume || folder.names.length > path.names.length) return undefined;
	const anyCase = path.anyCase || folder.anyCase;
	return folder.names.every((name, n) => sameName(name, path.names[n] ?? '', anyCase))
		? folder.names.length
		: undefined;
}

/** Names are one whether accents are letters of their own or not: media servers on macOS split them off. */
export function sameName(one: string, other: string, anyCase = false): boolean {
	const [a, b] = [one.normalize('NFC'), other.normalize('NFC')];
	return a === b || (anyCase && a.toLowerCase() === b.toLowerCase());
}

/** How many of the last names of both are the same. */
export function commonEnding(one: readonly string[], other: readonly string[], anyCase = false): number {
	let count = 0;
	while (
		count < Math.min(one.length, other.length) &&
		sameName(one[one.length - 1 - count] ?? '', other[other.length - 1 - count] ?? '', anyCase)
	)
		count += 1;
	return count;
}
