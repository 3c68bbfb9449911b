/** A horizontal band of the timeline, in CSS pixels from its top. */
export interface Band {
	readonly top: number;
	readonly height: number;
}

/** Where everything stands, from top to bottom. What there is no room or no need for is null. */
export interface TimelineLayout {
	readonly ruler: Band;
	/** Markers and diamonds. */
	readonly marks: Band | null;
	/** Pictures. */
	readonly strip: Band | null;
	readonly wave: Band | null;
	/** The way that a crop which follows takes; where height is short it lies over the pictures. */
	readonly curve: Band | null;
	/** Segments, which nothing else is drawn in. */
	readonly lanes: Band;
}

export interface TimelineContent {
	readonly picture: boolean;
	readonly sound: boolean;
	/** Whether there is a marker or a diamond. */
	readonly marks: boolean;
	/** Whether there is a camera path to show. Defaults to false. */
	readonly curve?: boolean;
	/** How many rows the segments need, 1 and more. Defaults to 1. */
	readonly rows?: number;
}

const RULER_PX = 24;
const MARKS_PX = 16;
const GAP_PX = 2;
/** Room below ruler and marks from which on the sound is drawn over the pictures, and then in a band of its own. */
const [ROOM_OVER_STRIP, ROOM_FOR_WAVE] = [76, 100];
const TALLEST_STRIP_PX = 64;
/** Least height of pictures or sound that still tells something, and of one row of segments and each further one. */
const [LEAST_MEDIA_PX, LEAST_ROW_PX, FURTHER_ROW_PX] = [12, 16, 10];

/** Height of a curve in a band of its own, and the least that must be left for all else. */
const [CURVE_PX, LEAST_BESIDE_CURVE_PX] = [44, 90];

/** Divides `heightPx` between what there is to show. Segments keep a band of their own: where height is short the sound goes first, then the pictures. */
export function layOut(heightPx: number, { curve = false, ...content }: TimelineContent): TimelineLayout {
	const beside = heightPx - CURVE_PX - GAP_PX;
	if (!curve) return { ...divide(heightPx, content), curve: null };
	if (beside < LEAST_BESIDE_CURVE_PX) {
		const layout = divide(heightPx, content);
		return { ...layout, curve: layout.strip ?? layout.wave ?? layout.lanes };
	}
	const layout = divide(beside, content);
	const { top, height } = layout.lanes;
	const lanes = { top: top + CURVE_PX + GAP_PX, height };
	return { ...layout, curve: { top, height: CURVE_PX }, lanes };
}

function divide(heightPx: number, content: Omit<TimelineContent, 'curve'>): Omit<TimelineLayout, 'curve'> {
	const { picture, sound, marks: hasMarks, rows = 1 } = content;
	const ruler = { top: 0, height: RULER_PX };
	const marks = hasMarks ? { top: RULER_PX, height: MARKS_PX } : null;
	const top = RULER_PX + (hasMarks ? MARKS_PX : GAP_PX);
	const room = Math.max(20, heightPx - top - GAP_PX);
	const none = { ruler, marks, strip: null, wave: null, lanes: { top, height: room } };
	if (!picture && !sound) return none;
	if (room < ROOM_OVER_STRIP) {
		const rowsPx = Math.max(LEAST_ROW_PX + (rows - 1) * FURTHER_ROW_PX, Math.round(room * 0.4));
		const mediaPx = room - rowsPx - GAP_PX;
		if (mediaPx < LEAST_MEDIA_PX) return none;
		const media = { top, height: mediaPx };
		const lanes = { top: top + mediaPx + GAP_PX, height: rowsPx };
		return { ruler, marks, strip: picture ? media : null, wave: picture ? null : media, lanes };
	}
	const ownWave = sound && (room >= ROOM_FOR_WAVE || !picture);
	const stripPx = picture ? Math.min(TALLEST_STRIP_PX, Math.round(room * (ownWave ? 0.4 : 0.5))) : 0;
	const wavePx = ownWave ? Math.min(56, Math.round(room * (picture ? 0.25 : 0.5))) : 0;
	const strip = picture ? { top, height: stripPx } : null;
	const waveTop = top + (picture ? stripPx + GAP_PX : 0);
	const wave = ownWave ? { top: waveTop, height: wavePx } : sound && strip !== null ? lowerPart(strip, 0.45) : null;
	const lanesTop = waveTop + (ownWave ? wavePx + GAP_PX : 0);
	return { ruler, marks, strip, wave, lanes: { top: lanesTop, height: top + room - lanesTop } };
}

function lowerPart({ top, height }: Band, share: number): Band {
	const part = Math.round(height * share);
	return { top: top + height - part, height: part };
}
