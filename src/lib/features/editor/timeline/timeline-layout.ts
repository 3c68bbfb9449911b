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
	/** Segments. */
	readonly lanes: Band;
	/** The segments lie over the pictures and let them shine through. */
	readonly overlaid: boolean;
}

export interface TimelineContent {
	readonly picture: boolean;
	readonly sound: boolean;
	/** Whether there is a marker or a diamond. */
	readonly marks: boolean;
}

export const RULER_PX = 24;
const MARKS_PX = 16;
const GAP_PX = 2;
/** Room below ruler and marks from which on pictures, and then sound, get bands of their own. */
const [ROOM_FOR_STRIP, ROOM_FOR_WAVE] = [76, 100];
const TALLEST_STRIP_PX = 64;

/** Divides `heightPx` between what there is to show. */
export function layOut(heightPx: number, { picture, sound, marks: hasMarks }: TimelineContent): TimelineLayout {
	const ruler = { top: 0, height: RULER_PX };
	const marks = hasMarks ? { top: RULER_PX, height: MARKS_PX } : null;
	const top = RULER_PX + (hasMarks ? MARKS_PX : GAP_PX);
	const room = Math.max(20, heightPx - top - GAP_PX);
	const whole = { top, height: room };
	if (!picture && !sound) return { ruler, marks, strip: null, wave: null, lanes: whole, overlaid: false };
	if (room < ROOM_FOR_STRIP) {
		const wave = sound ? lowerPart(whole, picture ? 0.45 : 1) : null;
		return { ruler, marks, strip: picture ? whole : null, wave, lanes: whole, overlaid: true };
	}
	const ownWave = sound && (room >= ROOM_FOR_WAVE || !picture);
	const stripPx = picture ? Math.min(TALLEST_STRIP_PX, Math.round(room * (ownWave ? 0.4 : 0.5))) : 0;
	const wavePx = ownWave ? Math.min(56, Math.round(room * (picture ? 0.25 : 0.5))) : 0;
	const strip = picture ? { top, height: stripPx } : null;
	const waveTop = top + (picture ? stripPx + GAP_PX : 0);
	const wave = ownWave ? { top: waveTop, height: wavePx } : sound && strip !== null ? lowerPart(strip, 0.45) : null;
	const lanesTop = waveTop + (ownWave ? wavePx + GAP_PX : 0);
	return { ruler, marks, strip, wave, lanes: { top: lanesTop, height: top + room - lanesTop }, overlaid: false };
}

function lowerPart({ top, height }: Band, share: number): Band {
	const part = Math.round(height * share);
	return { top: top + height - part, height: part };
}
