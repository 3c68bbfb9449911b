/** The media type of what follows `head`, for a media source; undefined when it holds no track that we know the name of. */
export function typeOfHead(head: Uint8Array): string | undefined {
	const codecs: string[] = [];
	const avc = placeOf(head, 'avcC');
	if (avc >= 0) {
		// Version, then profile, compatibility and level, as they stand in the codec's name.
		const named = [...head.subarray(avc + 5, avc + 8)].map((byte) => byte.toString(16).padStart(2, '0'));
		codecs.push(`avc1.${named.join('')}`);
	}
	if (placeOf(head, 'mp4a') >= 0) codecs.push('mp4a.40.2');
	return codecs.length === 0 ? undefined : `video/mp4; codecs="${codecs.join(', ')}"`;
}

function placeOf(bytes: Uint8Array, name: string): number {
	const wanted = [...name].map((letter) => letter.charCodeAt(0));
	return bytes.findIndex((_, at) => wanted.every((code, n) => bytes[at + n] === code));
}
