import { outputSize, WHOLE_FRAME, type CropState, type Size } from '../crop/crop.ts';
import { awaitedPath, cropOfSpan, ownTrack, type SpanCrop } from '../crop/crop-span.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import { estimateBytes } from '../export/export-estimate.ts';
import type { AudioTask, ExportPlan, ExportTask, Piece, PlanNote, VideoTask } from '../export/export-task.ts';
import type { FilmSettings } from './film.ts';
import { fillCrop, fillPath, letterboxPlace } from './film-frame.ts';
import {
	audioNotes,
	durationNote,
	limitNotes,
	pictureNotes,
	rateNotes,
	sizeNote,
	type PartPicture,
} from './film-notes.ts';
import { filmLengthS } from './film-timeline.ts';
import type { Fingerprint } from '../media/fingerprint.ts';
import { framesIn, type FrameIndex } from '../time/frame-index.ts';
import { gifRate } from '../export/gif-rate.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { renderName } from '../export/name-template.ts';
import { calledSegment, followNotes, spanInFile } from '../export/source-span.ts';
import { toNumber, type Rational } from '../time/rational.ts';
import { err, ok, type Result } from '../result.ts';

/** A segment in the film: half-open, seconds on the file's own timeline. */
export interface FilmPart {
	readonly segment: {
		readonly media: Fingerprint;
		readonly inS: number;
		readonly outS: number;
		readonly name: string;
		/** 1-based place in the list of its file. Defaults to the place in the film. */
		readonly number?: number;
		/** Overrides the crop of the file. */
		readonly crop?: CropState | undefined;
	};
	/** Cross-fade from the part before, in seconds; 0 is a cut. */
	readonly crossfadeS: number;
}

export interface FilmRequest {
	readonly items: readonly FilmPart[];
	readonly settings: FilmSettings;
	/** Undefined for a file that is not in the library any more. */
	readonly factsOf: (media: Fingerprint) => MediaFacts | undefined;
	/** Undefined for files without a picture. */
	readonly indexOf: (media: Fingerprint) => FrameIndex | undefined;
	/** The crop of a file over time; undefined: the whole picture. */
	readonly tracks: (media: Fingerprint) => CropTrack | undefined;
	readonly now: Date;
	readonly newId: () => string;
}

/** Why there can be no film. `position` is the item's, −1 for the film as a whole. */
export interface FilmFailure {
	readonly kind:
		'no-items' | 'missing-file' | 'empty-span' | 'no-frames' | 'no-picture' | 'nothing-to-keep' | 'path-awaited';
	readonly position: number;
	readonly text: string;
}

/** A part whose edges lie inside its file. */
interface Kept {
	readonly part: FilmPart;
	readonly called: string;
	readonly facts: MediaFacts;
	readonly inS: number;
	readonly outS: number;
}

/** What every part is made to fit. */
interface FilmFrame {
	readonly size: Size;
	readonly rate: Rational;
}

const SOUND_ONLY = new Set<FilmSettings['format']>(['m4a', 'mp3', 'wav']);

/**
 * Decides a film before any pixel is touched: one size, one constant rate, whole frames of every part, joins on the frame, and notes on what was
 * chosen and why. Parts are rounded to whole output frames, so that the film has exactly the sum of their frames less those of the cross-fades.
 */
export function planFilm(request: FilmRequest): Result<ExportPlan, readonly FilmFailure[]> {
	const { settings } = request;
	if (request.items.length === 0) {
		return err([{ kind: 'no-items', position: -1, text: 'The film is empty. Mark a segment first.' }]);
	}
	const notes: PlanNote[] = [];
	const failures: FilmFailure[] = [];
	const parts = request.items.flatMap((part, position) => {
		const kept = keptPart(part, position, request, notes);
		if (kept.ok) return [kept.value];
		failures.push(kept.error);
		return [];
	});
	if (failures.length > 0) return err(failures);
	const audio = audioTask(parts, settings, notes);
	if (SOUND_ONLY.has(settings.format)) {
		if (audio.kind === 'none') {
			const text = 'Nothing in the film has sound that is kept. Turn the sound on, or choose a picture format.';
			return err([{ kind: 'nothing-to-keep', position: -1, text }]);
		}
		return ok(planOf(request, parts, soundPieces(parts, notes), { kind: 'none' }, audio, notes));
	}
	const frame = filmFrame(parts, request, notes);
	if (!frame.ok) return frame;
	const pieces = picturePieces(parts, frame.value, request, notes);
	const total = Math.round(filmLengthS(pieces) * toNumber(frame.value.rate));
	return ok(planOf(request, parts, pieces, videoTask(frame.value, total, settings), audio, notes));
}

function keptPart(
	part: FilmPart,
	position: number,
	{ factsOf, indexOf, tracks, settings }: FilmRequest,
	notes: PlanNote[],
): Result<Kept, FilmFailure> {
	const { segment } = part;
	const called = calledSegment(segment.name, segment.number ?? position + 1);
	const facts = factsOf(segment.media);
	const failed = (kind: FilmFailure['kind'], text: string) => err({ kind, position, text });
	if (facts === undefined) {
		return failed('missing-file', `The file of ${called} is not in the library. Add it again, or remove the segment.`);
	}
	const span = spanInFile(segment, facts, called);
	if (!span.ok) return failed('empty-span', span.error);
	const { inS, outS } = span.value;
	notes.push(...span.value.notes);
	if (!SOUND_ONLY.has(settings.format)) {
		if (facts.video === undefined) {
			const next = 'Remove the segment, or choose a sound format.';
			return failed('no-picture', `${facts.name} has no picture, so ${called} cannot be shown. ${next}`);
		}
		const awaited = awaitedPath(tracks(segment.media), span.value, called);
		if (awaited !== undefined) return failed('path-awaited', awaited);
		const index = indexOf(segment.media);
		if (index !== undefined && framesIn(index, inS, outS) === 0) {
			return failed('no-frames', `${called} holds no frame of ${facts.name}. Move OUT at least one frame after IN.`);
		}
	}
	return ok({ part, called, facts, inS, outS });
}

function planOf(
	{ settings, now, newId }: FilmRequest,
	parts: readonly Kept[],
	pieces: readonly Piece[],
	video: VideoTask,
	audio: AudioTask,
	notes: PlanNote[],
): ExportPlan {
	const lengthS = filmLengthS(pieces);
	const size = video.kind === 'none' ? { width: 0, height: 0 } : video.size;
	const name = renderName(settings.name.trim() === '' ? '{name}_film' : settings.name, {
		...{ media: parts[0]?.facts.name ?? '', segment: parts[0]?.part.segment.name ?? '', counter: 1 },
		...{ inS: 0, outS: lengthS, ...size, date: now },
	});
	const { format } = settings;
	const task: ExportTask = {
		id: newId(),
		container: format === 'm4a' ? 'mp4' : format,
		pieces,
		video,
		audio,
		output: { name, extension: format },
		durationS: lengthS,
	};
	notes.push(durationNote(task, pieces.length), ...limitNotes(task));
	const unique = new Map(notes.map((note) => [note.text, note]));
	return { tasks: [task], notes: [...unique.values()], estimatedBytes: estimateBytes(task) };
}

/** Size and rate of the whole film: as set, else those of the first part. */
function filmFrame(
	parts: readonly Kept[],
	request: FilmRequest,
	notes: PlanNote[],
): Result<FilmFrame, readonly FilmFailure[]> {
	const { settings } = request;
	const [first] = parts;
	const video = first?.facts.video;
	if (first === undefined || video === undefined) {
		return err([{ kind: 'no-picture', position: 0, text: 'The first segment has no picture.' }]);
	}
	const crop = cropOf(first, first, request);
	const size = settings.size === null ? ownSize(crop, settings.format) : evenSize(settings.size);
	const asked = settings.rate ?? video.fps;
	const rate = settings.format === 'gif' ? gifRate(asked) : asked;
	notes.push(sizeNote(size, settings), ...rateNotes(parts, rate, settings));
	return ok({ size, rate });
}

/** Longest side of a GIF for which no size was chosen, in pixels. */
const GIF_SIDE = 480;

/** The size of the first part's crop; GIFs get a small one. */
function ownSize({ crop, largest }: SpanCrop, format: FilmSettings['format']): Size {
	const whole = outputSize(largest, crop.ratio, null);
	const longest = Math.max(whole.width, whole.height);
	if (format !== 'gif' || longest <= GIF_SIDE) return whole;
	return outputSize(largest, crop.ratio, (Math.min(whole.width, whole.height) * GIF_SIDE) / longest);
}

const evenSize = ({ width, height }: Size): Size => ({
	width: Math.max(2, 2 * Math.round(width / 2)),
	height: Math.max(2, 2 * Math.round(height / 2)),
});

function cropOf(
	{ part: { segment }, facts }: Kept,
	span: { readonly inS: number; readonly outS: number },
	{ tracks, indexOf }: FilmRequest,
): SpanCrop {
	const own = tracks(segment.media);
	const track: CropTrack =
		segment.crop === undefined
			? (own ?? { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' })
			: ownTrack(segment.crop, own);
	const frame = { width: facts.video?.width ?? 2, height: facts.video?.height ?? 2 };
	return cropOfSpan(track, span, indexOf(segment.media), frame);
}

function picturePieces(
	parts: readonly Kept[],
	{ size, rate }: FilmFrame,
	request: FilmRequest,
	notes: PlanNote[],
): Piece[] {
	const fps = toNumber(rate);
	const counts = parts.map(({ inS, outS }) => Math.max(1, Math.round((outS - inS) * fps)));
	const pictures: PartPicture[] = [];
	const pieces = parts.map((kept, p) => {
		const count = counts[p] ?? 1;
		const span = { inS: kept.inS, outS: kept.inS + count / fps };
		const crop = cropOf(kept, span, request);
		notes.push(...followNotes(request.tracks(kept.part.segment.media), span));
		const fill = request.settings.fit === 'fill';
		const resolved = fill ? fillCrop(crop.resolved, size) : crop.resolved;
		const path = fill && crop.path !== undefined ? fillPath(crop.path, size) : crop.path;
		const place = fill ? undefined : letterboxPlace(resolved, size);
		pictures.push({ called: kept.called, facts: kept.facts, crop, kept: resolved, place, size });
		const most = Math.floor(Math.min(counts[p - 1] ?? 0, count) / 2);
		const crossfadeS = crossfade(kept, p, { step: 1 / fps, most }, notes);
		return {
			...{ media: kept.part.segment.media, ...span, crop: resolved },
			...(path === undefined ? {} : { path }),
			...(place === undefined ? {} : { place }),
			...(crossfadeS === undefined ? {} : { crossfadeS }),
		};
	});
	notes.push(...pictureNotes(pictures));
	return pieces;
}

/** Sound alone needs no whole frames. */
function soundPieces(parts: readonly Kept[], notes: PlanNote[]): Piece[] {
	const nothing = { x: 0, y: 0, width: 2, height: 2 };
	return parts.map((kept, p) => {
		const before = parts[p - 1];
		const shorter = Math.min(before === undefined ? 0 : before.outS - before.inS, kept.outS - kept.inS);
		const crossfadeS = crossfade(kept, p, { step: 1e-3, most: Math.floor(shorter * 500) }, notes);
		return {
			...{ media: kept.part.segment.media, inS: kept.inS, outS: kept.outS, crop: nothing },
			...(crossfadeS === undefined ? {} : { crossfadeS }),
		};
	});
}

/** The cross-fade in whole steps, at most half of the shorter neighbour: then a part never fades in and out at once. */
function crossfade(
	{ part: { crossfadeS }, called }: Kept,
	position: number,
	{ step, most }: { readonly step: number; readonly most: number },
	notes: PlanNote[],
): number | undefined {
	if (position === 0 || crossfadeS <= 0) return undefined;
	const wanted = Math.round(crossfadeS / step);
	const steps = Math.min(wanted, most);
	if (steps < wanted) {
		const to = steps === 0 ? 'becomes a cut' : `is shortened to ${(steps * step).toFixed(2)} s`;
		const text = `The cross-fade into ${called} ${to}: at most half of the shorter segment.`;
		notes.push({ kind: 'warning', text });
	}
	return steps === 0 ? undefined : steps * step;
}

function videoTask({ size, rate }: FilmFrame, frames: number, settings: FilmSettings): VideoTask {
	const { format, quality, webmCodec, mp4Codec = 'avc' } = settings;
	if (format === 'gif') return { kind: 'gif', size, rate, frames, scaling: 'lanczos' };
	const kind = format === 'webm' ? 'webm' : 'mp4';
	return { kind, codec: kind === 'mp4' ? mp4Codec : webmCodec, size, rate, frames, quality, scaling: 'fast' };
}

function audioTask(parts: readonly Kept[], settings: FilmSettings, notes: PlanNote[]): AudioTask {
	if (settings.format === 'gif') {
		if (settings.sound === 'on') notes.push({ kind: 'info', text: 'GIF has no sound.' });
		return { kind: 'none' };
	}
	if (settings.sound === 'off') return { kind: 'none' };
	notes.push(...audioNotes(parts.map(({ facts }) => facts)));
	if (parts.every(({ facts }) => facts.audio.length === 0)) return { kind: 'none' };
	const codec = CODECS[settings.format];
	return { kind: 'encode', codec, bitrate: codec === 'pcm-s16' ? PCM_BITRATE : settings.audioBitrate };
}

const CODECS = { mp4: 'aac', m4a: 'aac', webm: 'opus', mp3: 'mp3', wav: 'pcm-s16' } as const;
/** 48 kHz, two channels, 16 bits. */
const PCM_BITRATE = 1_536_000;
