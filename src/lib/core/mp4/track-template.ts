import { boxesIn, findBox, type Box } from './boxes.ts';
import type { MovieTrack } from './movie.ts';
import { box, type Bytes } from './box-writing.ts';

/** What a copied track takes over from its source as it is: how it is shown and how its packets are to be decoded. */
export interface TrackTemplate {
	readonly kind: 'video' | 'audio';
	readonly timescale: number;
	/** Content of `tkhd` with its version and flags: size, turn, volume. */
	readonly header: Bytes;
	/** ISO 639-2 in 15 bits. */
	readonly language: number;
	/** `hdlr`, and `vmhd` or `smhd`, whole. */
	readonly handler: Bytes;
	readonly mediaHeader: Bytes;
	/** Content of the one sample description: its box without size and type of `stsd`. */
	readonly description: Bytes;
}

/** Undefined when the track is described in more than one way, or in none that is understood. */
export function templateOf(movie: DataView, track: MovieTrack): TrackTemplate | undefined {
	const trak = trackBox(movie, track);
	if (trak === undefined) return undefined;
	const find = (path: string): Box | undefined => findBox(movie, trak, path);
	const [header, media, handler] = [find('tkhd'), find('mdia.mdhd'), find('mdia.hdlr')];
	const mediaHeader = find('mdia.minf.vmhd') ?? find('mdia.minf.smhd');
	const descriptions = find('mdia.minf.stbl.stsd');
	if (!header || !media || !handler || !mediaHeader || !descriptions) return undefined;
	if (movie.getUint32(descriptions.start + 4) !== 1) return undefined;
	const size = movie.getUint32(descriptions.start + 8);
	if (size < 16 || descriptions.start + 8 + size > descriptions.end) return undefined;
	const languageAt = movie.getUint8(media.start) === 1 ? 32 : 20;
	return {
		kind: mediaHeader.type === 'vmhd' ? 'video' : 'audio',
		timescale: track.timescale,
		header: contentOf(movie, header),
		language: movie.getUint16(media.start + languageAt),
		handler: wholeBox(movie, handler),
		mediaHeader: wholeBox(movie, mediaHeader),
		description: bytesOf(movie, descriptions.start + 8, descriptions.start + 8 + size),
	};
}

function trackBox(movie: DataView, track: MovieTrack): Box | undefined {
	for (const found of boxesIn(movie)) {
		const { type, start, end } = found;
		if (type === 'trak' && track.tables.start > start && track.tables.end <= end) return found;
	}
	return undefined;
}

/** Content of `tkhd` for track `id`, `duration` long in the movie's units; everything else stays. */
export function trackHeader({ header }: TrackTemplate, id: number, duration: number): Bytes {
	const bytes = header.slice();
	const view = new DataView(bytes.buffer);
	const long = view.getUint8(0) === 1;
	view.setUint32(long ? 20 : 12, id);
	if (long) view.setBigUint64(28, BigInt(duration));
	else view.setUint32(20, Math.min(duration, 0xffffffff));
	// Enabled, and part of the movie, whatever it was in a file with more tracks.
	view.setUint32(0, ((view.getUint8(0) << 24) | 3) >>> 0);
	return bytes;
}

/** Bytes of fields in a visual sample description (§12.1.3), its size and type included. */
const VISUAL_FIELDS = 86;

/** Content of the child box `type` of a picture's description: `avcC` and its like. */
export function descriptionChild({ description }: TrackTemplate, type: string): Bytes | undefined {
	const view = new DataView(description.buffer, description.byteOffset, description.byteLength);
	const found = findBox(view, { type: '', start: VISUAL_FIELDS, end: view.byteLength }, type);
	return found && bytesOf(view, found.start, found.end);
}

const bytesOf = (view: DataView, start: number, end: number): Bytes =>
	new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice();
const contentOf = (view: DataView, { start, end }: Box): Bytes => bytesOf(view, start, end);

const wholeBox = (view: DataView, found: Box): Bytes => box(found.type, contentOf(view, found));
