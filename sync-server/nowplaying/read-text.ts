/** The text of a file of subtitles: UTF-8 or UTF-16 as it says itself, else what old files of the West are in. */
export function readText(bytes: Buffer): string {
	const mark = bytes.subarray(0, 2).toString('hex');
	if (mark === 'fffe') return new TextDecoder('utf-16le').decode(bytes);
	if (mark === 'feff') return new TextDecoder('utf-16be').decode(bytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch (thrown) {
		if (thrown instanceof TypeError) return new TextDecoder('windows-1252').decode(bytes);
		throw thrown;
	}
}
