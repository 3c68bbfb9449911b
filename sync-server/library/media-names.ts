import { isUtf8 } from 'node:buffer';

/** Endings of files that are taken for video or sound. Lists of further files (m3u8, mpd, ffconcat, strm, txt) are never media: they make readers open other files. */
const MEDIA_ENDINGS = new Set(
	(
		'mp4 m4v mov qt mkv webm avi mpg mpeg m2v m2ts mts ts flv f4v wmv asf ogv ogg 3gp 3g2 mxf dv vob rm rmvb gif ' +
		'mp3 m4a aac flac wav w64 aif aiff caf opus oga mka wma ac3 eac3 amr'
	).split(' '),
);

/** Folders that systems make for themselves. */
const OWN_FOLDERS = new Set(['@eaDir', '#recycle', 'lost+found', 'System Volume Information', '$RECYCLE.BIN']);

/** Names as the disk has them, for a map: each byte a character. */
export const keyOf = (rawName: Buffer): string => rawName.toString('latin1');

/** Hidden ones, and what systems keep beside media. */
export const isSkipped = (rawName: Buffer): boolean => rawName[0] === 0x2e || OWN_FOLDERS.has(rawName.toString());

export function isMediaName(rawName: Buffer): boolean {
	const dot = rawName.lastIndexOf(0x2e);
	return (
		dot > 0 &&
		MEDIA_ENDINGS.has(
			rawName
				.subarray(dot + 1)
				.toString('latin1')
				.toLowerCase(),
		)
	);
}

/** A name to be read by people: bytes that are no text, and signs that would break a line, are shown as a mark. */
export function displayName(rawName: Buffer): string {
	return rawName
		.toString('utf8')
		.normalize('NFC')
		.replace(/\p{Cc}/gu, '\ufffd');
}

/** Whether a path can be given to programs, which take text. */
export const isText = (path: Buffer): boolean => isUtf8(path);

/** "Clip 2" comes before "clip 10". */
export const sortNameOf = (name: string): string =>
	name.toLowerCase().replace(/\d{1,15}/g, (digits) => digits.padStart(15, '0'));

export const searchTextOf = (place: string, name: string): string => `${place}/${name}`.normalize('NFC').toLowerCase();
