/** A part of a film that can be fetched alone: `startS` is on the timeline of the list, which begins at 0. */
export interface LivePiece {
	readonly url: string;
	readonly startS: number;
	readonly endS: number;
}

/** A film in parts that its server makes when they are asked for (a list of HLS, RFC 8216, of fragmented MP4). */
export interface LiveList {
	/** What describes the tracks of all pieces. */
	readonly headUrl: string;
	readonly pieces: readonly LivePiece[];
	readonly durationS: number;
}

/** What is in the list at `url`; undefined when it is none, or not whole: a film is known to its end. */
export function readPlaylist(text: string, url: string): LiveList | undefined {
	const lines = text.split('\n').map((line) => line.trim());
	const head = /^#EXT-X-MAP:URI="([^"]+)"/;
	const headUrl = lines.map((line) => head.exec(line)?.[1]).find((found) => found !== undefined);
	if (lines[0] !== '#EXTM3U' || headUrl === undefined || !lines.includes('#EXT-X-ENDLIST')) return undefined;
	const pieces: LivePiece[] = [];
	let [startS, lengthS] = [0, NaN];
	for (const line of lines) {
		const length = /^#EXTINF:([\d.]+)/.exec(line)?.[1];
		if (length !== undefined) lengthS = Number(length);
		if (line === '' || line.startsWith('#')) continue;
		if (!(lengthS >= 0)) return undefined;
		pieces.push({ url: new URL(line, url).href, startS, endS: startS + lengthS });
		[startS, lengthS] = [startS + lengthS, NaN];
	}
	return pieces.length === 0 ? undefined : { headUrl: new URL(headUrl, url).href, pieces, durationS: startS };
}

/** The piece that is on at `timeS`; the nearest outside the film. */
export function pieceAt({ pieces }: LiveList, timeS: number): number {
	const after = pieces.findIndex(({ endS }) => timeS < endS);
	return after === -1 ? pieces.length - 1 : after;
}
