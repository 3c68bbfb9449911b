import { awaitedPath, cropOfSpan } from '../crop/crop-span.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import { isWholeFrame, outputSize, resolveCrop, WHOLE_FRAME, type CropState, type Size } from '../crop/crop.ts';
import type { Joins } from './copy-plan.ts';
import { planCopies, type PlannedClip } from './export-plan-copy.ts';
import {
	audioTask,
	containerOf,
	extensionOf,
	holdsSoundAlone,
	isPictureFile,
	isSoundFile,
	keepsHdr,
	nothingLeft,
	videoTask,
} from './export-plan-format.ts';
import { estimateBytes } from './export-estimate.ts';
import type { CutMode, ExportSettings } from './export-settings.ts';
import type { ExportPlan, ExportTask, PlanNote } from './export-task.ts';
import type { Fingerprint } from '../media/fingerprint.ts';
import type { FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts, VideoFacts } from '../media/media-facts.ts';
import { freeName, renderName } from './name-template.ts';
import { calledSegment, colourNotes, followNotes, spanInFile } from './source-span.ts';
import { toNumber } from '../time/rational.ts';
import { err, ok, type Result } from '../result.ts';
import { formatShortTime } from '../time/timecode.ts';

/** A span a person wants as a clip, with the crop that holds for it. */
export interface Selection {
	readonly segment: {
		readonly media: Fingerprint;
		readonly inS: number;
		readonly outS: number;
		readonly name: string;
		/** 1-based place in the list of its file. Defaults to the place in the selection. */
		readonly number?: number;
	};
	readonly crop: CropState;
	/** A crop that changes over time; it goes before `crop`. */
	readonly track?: CropTrack;
}

/** Why a span cannot become a clip. `text` is the sentence for the person. */
export interface PlanFailure {
	readonly kind: 'empty-span' | 'no-frames' | 'nothing-to-keep' | 'path-awaited';
	readonly position: number;
	readonly text: string;
}

export interface PlanRequest {
	readonly selection: readonly Selection[];
	readonly factsOf: (media: Fingerprint) => MediaFacts;
	/** Undefined for files without a picture. */
	readonly indexOf: (media: Fingerprint) => FrameIndex | undefined;
	readonly settings: ExportSettings;
	readonly now: Date;
	readonly newId: () => string;
	/** Who encodes the ends of exact cuts. Defaults to browsers. */
	readonly joins?: Joins;
	/** Number of the first clip in names. Defaults to 1. */
	readonly firstCounter?: number;
}

/**
 * Decides every output of an export before any pixel is touched: exact frames, pixels, names, and notes on what was rounded or left out.
 * All spans or none: the failures of every bad span come back together.
 */
export function planExport(request: PlanRequest): Result<ExportPlan, readonly PlanFailure[]> {
	const planned = request.selection.map((selection, position) => planOne(selection, position, request));
	const failures = planned.flatMap((one) => (one.ok ? [] : [one.error]));
	if (failures.length > 0) return err(failures);
	const clips = planned.flatMap((one) => (one.ok ? [one.value] : []));
	const mode = copyMode(request.settings);
	const copied = mode && planCopies(clips, mode, request);
	const names = new Set<string>();
	const tasks = (copied?.tasks ?? clips.map(({ task }) => task)).map((task): ExportTask => {
		const name = freeName(task.output.name, (candidate) => names.has(candidate.toLowerCase()));
		names.add(name.toLowerCase());
		return { ...task, output: { ...task.output, name } };
	});
	const notes = copied?.notes ?? clips.flatMap((clip) => [...clip.notes, ...clip.encodingNotes]);
	return ok({
		tasks,
		notes: [...new Map(notes.map((note) => [note.text, note])).values()],
		estimatedBytes: tasks.reduce((sum, task) => sum + likelyBytes(task, request), 0),
	});
}

/** Copied packets weigh what they weigh in the source. */
function likelyBytes(task: ExportTask, { factsOf }: PlanRequest): number {
	const [piece] = task.pieces;
	if (task.video.kind !== 'copy' || piece === undefined) return estimateBytes(task);
	const { bytes, durationS } = factsOf(piece.media);
	return Math.round((bytes * task.durationS) / Math.max(task.durationS, durationS));
}

/** Undefined when everything is encoded. */
const copyMode = ({ cutMode, format }: ExportSettings): Exclude<CutMode, 'precise'> | undefined =>
	cutMode === undefined || cutMode === 'precise' || !isPictureFile(format) ? undefined : cutMode;

/** A span as it is encoded. Copies take the whole picture at its own size and rate. */
function planOne(selection: Selection, position: number, request: PlanRequest): Result<PlannedClip, PlanFailure> {
	const { segment } = selection;
	const isCopied = copyMode(request.settings) !== undefined;
	const settings: ExportSettings = isCopied
		? { ...request.settings, shortSide: null, rate: 'source' }
		: request.settings;
	const [still, track] = isCopied ? [WHOLE_FRAME, undefined] : [selection.crop, selection.track];
	const facts = request.factsOf(segment.media);
	const called = calledSegment(segment.name, segment.number ?? position + 1);
	const span = spanInFile(segment, facts, called);
	if (!span.ok) return err({ kind: 'empty-span', position, text: span.error });
	const { inS, outS } = span.value;
	const awaited = isSoundFile(settings.format) ? undefined : awaitedPath(track, span.value, called);
	if (awaited !== undefined) return err({ kind: 'path-awaited', position, text: awaited });
	const notes = [...span.value.notes];
	const audio = audioTask(facts, settings, notes);
	const encodingNotes: PlanNote[] = [];
	const picture = isSoundFile(settings.format) ? undefined : facts.video;
	const frame = picture === undefined ? undefined : { width: picture.width, height: picture.height };
	const index = request.indexOf(segment.media);
	const moving =
		track === undefined || frame === undefined ? undefined : cropOfSpan(track, { inS, outS }, index, frame);
	const crop = moving?.crop ?? still;
	const resolved =
		frame === undefined ? { x: 0, y: 0, width: 2, height: 2 } : (moving?.resolved ?? resolveCrop(crop, frame));
	if (moving?.shapeChangesAtS !== undefined) {
		const text = `The crop takes another shape at ${formatShortTime(moving.shapeChangesAtS, true)}; ${called} keeps the one it starts with.`;
		encodingNotes.push({ kind: 'warning', text });
	}
	const video =
		picture === undefined || frame === undefined
			? undefined
			: videoTask(
					picture,
					outputSize(moving?.largest ?? resolved, crop.ratio, settings.shortSide),
					{ inS, outS },
					index,
					settings,
				);
	if (video?.frames === 0) {
		return err({
			kind: 'no-frames',
			position,
			text: `${called} holds no frame of ${facts.name}. Move OUT at least one frame after IN.`,
		});
	}
	if (video === undefined && (audio.kind === 'none' || !holdsSoundAlone(settings.format))) {
		return err({
			kind: 'nothing-to-keep',
			position,
			text: nothingLeft(facts, settings.format),
		});
	}
	if (video !== undefined && frame !== undefined && picture !== undefined) {
		encodingNotes.push(...followNotes(track, { inS, outS }));
		encodingNotes.push(
			...pictureNotes(picture, frame, resolved, video.size, settings),
			...(keepsHdr(picture, settings) ? [] : colourNotes(facts)),
		);
	}
	const durationS = video !== undefined && video.rate !== 'source' ? video.frames / toNumber(video.rate) : outS - inS;
	const counter = (request.firstCounter ?? 1) + position;
	const size = video?.size ?? { width: 0, height: 0 };
	const name = renderName(settings.nameTemplate, {
		media: facts.name,
		segment: segment.name,
		counter,
		inS,
		outS,
		...size,
		date: request.now,
	});
	const container = containerOf(settings.format);
	return ok({
		called,
		asked: { inS, outS },
		task: {
			id: request.newId(),
			container,
			pieces: [
				{
					media: segment.media,
					inS,
					outS,
					crop: resolved,
					...(moving?.path !== undefined && { path: moving.path }),
				},
			],
			video: video ?? { kind: 'none' },
			audio,
			output: { name, extension: extensionOf(container, video !== undefined) },
			durationS,
		},
		notes,
		encodingNotes,
	});
}

function pictureNotes(
	facts: VideoFacts,
	frame: Size,
	crop: Size & { x: number; y: number },
	size: Size,
	settings: ExportSettings,
): PlanNote[] {
	const notes: PlanNote[] = [];
	const short = Math.min(size.width, size.height);
	if (short > Math.min(crop.width, crop.height) + 2) {
		notes.push({
			kind: 'warning',
			text: `The picture is enlarged: ${crop.width}×${crop.height} becomes ${size.width}×${size.height}.`,
		});
	}
	if (isWholeFrame(crop, frame) && (crop.width !== frame.width || crop.height !== frame.height)) {
		notes.push({
			kind: 'info',
			text: `${frame.width}×${frame.height} becomes ${crop.width}×${crop.height}: video needs even sides.`,
		});
	}
	if (facts.variableRate && settings.rate === 'source') {
		notes.push({
			kind: 'info',
			text: 'The frame rate varies; every frame keeps its own time. Choose a constant rate for editing or training.',
		});
	}
	return notes;
}
