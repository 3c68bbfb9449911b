import { cropOfSpan } from './crop-span.ts';
import type { CropTrack } from './crop-track.ts';
import { isWholeFrame, outputSize, resolveCrop, type CropState, type Size } from './crop.ts';
import { estimateBytes } from './export-estimate.ts';
import type { ExportSettings } from './export-settings.ts';
import type { AudioTask, EncodedVideo, ExportPlan, ExportTask, PlanNote } from './export-task.ts';
import type { Fingerprint } from './fingerprint.ts';
import { framesIn, type FrameIndex } from './frame-index.ts';
import type { MediaFacts, VideoFacts } from './media-facts.ts';
import { freeName, renderName } from './name-template.ts';
import { toNumber } from './rational.ts';
import { err, ok, type Result } from './result.ts';
import { formatShortTime } from './timecode.ts';

/** A span a person wants as a clip, with the crop that holds for it. */
export interface Selection {
	readonly segment: { readonly media: Fingerprint; readonly inS: number; readonly outS: number; readonly name: string };
	readonly crop: CropState;
	/** A crop that changes over time; it goes before `crop`. */
	readonly track?: CropTrack;
}

/** Why a span cannot become a clip. `text` is the sentence for the person. */
export interface PlanFailure {
	readonly kind: 'empty-span' | 'no-frames' | 'nothing-to-keep';
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
	/** Number of the first clip in names. Defaults to 1. */
	readonly firstCounter?: number;
}

/**
 * Decides every output of an export before any pixel is touched: exact frames, pixels, names, and notes on what was rounded or left out.
 * All spans or none: the failures of every bad span come back together.
 */
export function planExport(request: PlanRequest): Result<ExportPlan, readonly PlanFailure[]> {
	const failures: PlanFailure[] = [];
	const notes = new Map<string, PlanNote>();
	const names = new Set<string>();
	const tasks: ExportTask[] = [];
	request.selection.forEach((selection, position) => {
		const planned = planOne(selection, position, request);
		if (!planned.ok) {
			failures.push(planned.error);
			return;
		}
		const name = freeName(planned.value.task.output.name, (candidate) => names.has(candidate.toLowerCase()));
		names.add(name.toLowerCase());
		tasks.push({ ...planned.value.task, output: { ...planned.value.task.output, name } });
		for (const note of planned.value.notes) notes.set(note.text, note);
	});
	if (failures.length > 0) return err(failures);
	return ok({
		tasks,
		notes: [...notes.values()],
		estimatedBytes: tasks.reduce((sum, task) => sum + estimateBytes(task), 0),
	});
}

function planOne(
	{ segment, crop: still, track }: Selection,
	position: number,
	request: PlanRequest,
): Result<{ task: ExportTask; notes: PlanNote[] }, PlanFailure> {
	const { settings } = request;
	const facts = request.factsOf(segment.media);
	const called = segment.name === '' ? `Clip ${position + 1}` : `“${segment.name}”`;
	const firstS = facts.firstTimestampS;
	const inS = Math.max(segment.inS, Math.min(firstS, 0));
	const outS = Math.min(segment.outS, firstS + facts.durationS + 1e-6);
	if (!(outS > inS)) {
		return err({
			kind: 'empty-span',
			position,
			text: `${called} lies outside ${facts.name}. Move its edges into the file.`,
		});
	}
	const notes: PlanNote[] = [];
	if (segment.outS > outS + 1e-3) {
		notes.push({ kind: 'warning', text: `${called} ends where ${facts.name} ends.` });
	}
	const audio = audioTask(facts, settings, notes);
	const frame = facts.video === undefined ? undefined : { width: facts.video.width, height: facts.video.height };
	const index = request.indexOf(segment.media);
	const moving =
		track === undefined || frame === undefined ? undefined : cropOfSpan(track, { inS, outS }, index, frame);
	const crop = moving?.crop ?? still;
	const resolved =
		frame === undefined ? { x: 0, y: 0, width: 2, height: 2 } : (moving?.resolved ?? resolveCrop(crop, frame));
	if (moving?.shapeChangesAtS !== undefined) {
		const text = `The crop takes another shape at ${formatShortTime(moving.shapeChangesAtS, true)}; ${called} keeps the one it starts with.`;
		notes.push({ kind: 'warning', text });
	}
	const video =
		facts.video === undefined || frame === undefined
			? undefined
			: videoTask(
					facts.video,
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
	if (video === undefined && audio.kind === 'none') {
		return err({
			kind: 'nothing-to-keep',
			position,
			text: `${facts.name} has no picture and the sound is off. Turn the sound on.`,
		});
	}
	if (video !== undefined && frame !== undefined && facts.video !== undefined) {
		notes.push(...pictureNotes(facts.video, frame, resolved, video.size, settings));
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
	return ok({
		task: {
			id: request.newId(),
			container: settings.format,
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
			output: { name, extension: extensionOf(settings.format, video !== undefined) },
			durationS,
		},
		notes,
	});
}

const extensionOf = (format: ExportSettings['format'], picture: boolean): string =>
	format === 'webm' ? 'webm' : picture ? 'mp4' : 'm4a';

function videoTask(
	facts: VideoFacts,
	size: Size,
	span: { inS: number; outS: number },
	index: FrameIndex | undefined,
	settings: ExportSettings,
): EncodedVideo {
	const kept =
		index === undefined
			? Math.round((span.outS - span.inS) * toNumber(facts.fps))
			: framesIn(index, span.inS, span.outS);
	const constant =
		settings.rate === 'source' ? kept : Math.max(1, Math.round((span.outS - span.inS) * toNumber(settings.rate)));
	return {
		kind: settings.format,
		codec: settings.format === 'mp4' ? 'avc' : settings.webmCodec,
		size,
		rate: settings.rate,
		frames: kept === 0 ? 0 : constant,
		quality: settings.quality,
		scaling: settings.scaling,
	};
}

function audioTask(facts: MediaFacts, settings: ExportSettings, notes: PlanNote[]): AudioTask {
	if (settings.audio === 'off') return { kind: 'none' };
	if (facts.audio.length === 0) {
		notes.push({ kind: 'info', text: `${facts.name} has no sound, so the clip has none.` });
		return { kind: 'none' };
	}
	if (facts.audio.length > 1)
		notes.push({ kind: 'info', text: `${facts.name} has ${facts.audio.length} sound tracks; the first is used.` });
	return { kind: 'encode', codec: settings.format === 'mp4' ? 'aac' : 'opus', bitrate: settings.audioBitrate };
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
	if (facts.hdr)
		notes.push({
			kind: 'warning',
			text: 'The source is HDR; colours are converted to standard range and may look paler.',
		});
	return notes;
}
