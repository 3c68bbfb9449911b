import { AUTO_SHORT_SIDE, planBatch, type BatchClip, type BatchSettings } from './batch.ts';
import { awaitedPath, cropOfSpan, isFollowed } from '../crop/crop-span.ts';
import { isWholeFrame, outputSize, resolveCrop, type Size } from '../crop/crop.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import type { AudioTask, ExportTask, Piece, PlanNote, VideoTask } from '../export/export-task.ts';
import { estimateBytes } from '../export/export-estimate.ts';
import { colourNotes, followNotes } from '../export/source-span.ts';
import { frameAt, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts, VideoFacts } from '../media/media-facts.ts';
import { safeFileName, withoutExtension } from '../export/name-template.ts';
import { toNumber, type Rational } from '../time/rational.ts';
import { err, ok, type Result } from '../result.ts';
import { ruleFrames } from './training.ts';

/** x264's scale: visually without loss at the sizes that trainers use. */
const QUALITY = { crf: 18 } as const;
/** WebP and JPEG scale 1..100. */
const PICTURE_QUALITY = 92;
const AAC_BITRATE = 192_000;

export interface BatchRequest {
	/** Where the first clip starts, in seconds on the file's own timeline. */
	readonly cursorS: number;
	readonly settings: BatchSettings;
	readonly track: CropTrack;
	/** What the random crops are drawn with: the same seed gives the same clips. */
	readonly seed: number;
	readonly facts: MediaFacts;
	/** Undefined for a file without a picture. */
	readonly index: FrameIndex | undefined;
	/** Number of the group in names. */
	readonly counter: number;
	readonly newId: () => string;
}

/** One clip of a batch as it will come out. */
export interface PlannedClip extends BatchClip {
	/** The file or picture folder under the destination: "walk/clip_001/clip_001_0.mp4". */
	readonly path: string;
	readonly frames: number;
}

export interface BatchPlan {
	readonly tasks: readonly ExportTask[];
	/** In the order of `tasks`. */
	readonly clips: readonly PlannedClip[];
	/** Folder of the data set under the destination; empty: the destination itself. */
	readonly root: string;
	/** Name of the group: "clip_001". */
	readonly group: string;
	readonly notes: readonly PlanNote[];
	readonly estimatedBytes: number;
}

/** Parts of a folder path that are safe as names, joined by `/`; what cannot be a name is left out. */
export const safeFolder = (folder: string): string =>
	folder
		.split(/[/\\]/u)
		.filter((part) => !/^[\s.]*$/u.test(part))
		.map((part) => safeFileName(part))
		.join('/');

/** First part of a batch's names: as written, or the file's name. */
export const batchName = (settings: Pick<BatchSettings, 'name'>, mediaName: string): string =>
	safeFileName(settings.name.trim() === '' ? withoutExtension(mediaName) : settings.name);

/** "clip_001": the group's folder and the first part of its clips' names. */
export const groupName = (name: string, counter: number): string => `${name}_${String(counter).padStart(3, '0')}`;

/**
 * Decides every clip of a batch: exact frames, pixels and paths. Clips start at the frame that is on screen at their time. At the source's
 * own rate a clip of D seconds has round(D·f) frames, under a training rule the count that the rule allows. Clips that would run past the
 * end are left out and told; an error is a sentence for the person.
 */
export function planBatchExport(request: BatchRequest): Result<BatchPlan, string> {
	const { facts, index, settings, counter } = request;
	const name = batchName(settings, facts.name);
	const root = safeFolder(settings.folder);
	const group = groupName(name, counter);
	const folder = root === '' ? group : `${root}/${group}`;
	const endS = index === undefined ? facts.firstTimestampS + facts.durationS : index.endUs / 1e6;
	const clips = planBatch(request.cursorS, settings, request.track, request.seed, endS);
	if (clips.length === 0) {
		const text = `No clip of ${settings.lengthS} s fits between the cursor and the end of ${facts.name}. Move back, or make the clips shorter.`;
		return err(text);
	}
	if (settings.format === 'webp' && facts.video === undefined) {
		return err(`${facts.name} has no picture, so there are no pictures to write. Choose MP4.`);
	}
	if (facts.video === undefined && facts.audio.length === 0) return err(`${facts.name} has neither picture nor sound.`);
	const over = { inS: request.cursorS, outS: Math.max(...clips.map(({ outS }) => outS)) };
	const awaited = facts.video && awaitedPath(request.track, over, 'these clips');
	if (awaited !== undefined) return err(awaited);
	const planned = clips.map((clip, i) => {
		const { piece, video, durationS } = spanOf(request, clip, endS);
		const output = { name: `${group}_${i}`, extension: extensionOf(settings, facts.video), folder };
		const task: ExportTask = {
			id: request.newId(),
			container: containerOf(settings, facts.video),
			pieces: [piece],
			video,
			audio: audioOf(settings, facts),
			output,
			durationS,
		};
		const frames = video.kind === 'none' ? 0 : video.frames;
		const path = `${folder}/${output.name}${output.extension === '' ? '' : `.${output.extension}`}`;
		return { task, clip: { ...clip, inS: piece.inS, outS: piece.outS, path, frames } };
	});
	const empty = planned.find(({ clip, task }) => task.video.kind !== 'none' && clip.frames === 0);
	if (empty !== undefined) return err(`A clip of ${settings.lengthS} s holds no frame of ${facts.name}.`);
	const tasks = planned.map(({ task }) => task);
	const notes = notesOn(request, tasks);
	return ok({
		tasks,
		clips: planned.map(({ clip }) => clip),
		root,
		group,
		notes,
		estimatedBytes: tasks.reduce((sum, task) => sum + estimateBytes(task), 0),
	});
}

function containerOf({ format }: BatchSettings, video: VideoFacts | undefined): ExportTask['container'] {
	if (format === 'webp') return 'frames';
	return video === undefined && format === 'mp4-pcm' ? 'wav' : 'mp4';
}

function extensionOf(settings: BatchSettings, video: VideoFacts | undefined): string {
	const container = containerOf(settings, video);
	if (container === 'frames') return '';
	return container === 'mp4' && video === undefined ? 'm4a' : container;
}

function audioOf({ format }: BatchSettings, facts: MediaFacts): AudioTask {
	if (facts.audio.length === 0) return { kind: 'none' };
	if (format === 'webp') return { kind: 'wav' };
	return { kind: 'encode', codec: format === 'mp4-pcm' ? 'pcm-s16' : 'aac', bitrate: AAC_BITRATE };
}

/** Null: the crop's own size. Nothing is enlarged unless it was asked for. */
function shortSideOf({ shortSide }: BatchSettings, { width, height }: Size): number | null {
	if (shortSide !== 'auto') return shortSide;
	return Math.min(width, height) <= AUTO_SHORT_SIDE ? null : AUTO_SHORT_SIDE;
}

/** The frames of one clip, and what becomes of them. */
function spanOf(
	{ facts, index, settings, track }: BatchRequest,
	clip: BatchClip,
	endS: number,
): { piece: Piece; video: VideoTask; durationS: number } {
	const { video } = facts;
	if (video === undefined || index === undefined) {
		const piece = {
			media: facts.fingerprint,
			inS: clip.inS,
			outS: clip.outS,
			crop: { x: 0, y: 0, width: 2, height: 2 },
		};
		return { piece, video: { kind: 'none' }, durationS: clip.outS - clip.inS };
	}
	const frame = { width: video.width, height: video.height };
	const crop = resolveCrop(clip.crop, frame);
	const first = frameAt(index, clip.inS);
	const inS = timeOfFrame(index, first);
	// Frames of a varying rate would come out as another length each time.
	const rate: Rational | 'source' = settings.training.rate ?? (video.variableRate ? video.fps : 'source');
	const wanted = ruleFrames(settings.training, settings.lengthS, video.fps, endS - inS);
	const frames = rate === 'source' ? Math.min(wanted, index.ptsUs.length - first) : wanted;
	const outS = rate === 'source' ? timeOfFrame(index, first + frames) : inS + frames / toNumber(rate);
	// A track in steps gives each clip one crop: the one at its start.
	const moving = isFollowed(track, { inS, outS }) || (track.interpolation === 'smooth' && track.keyframes.length > 0);
	const spanned = moving
		? cropOfSpan(track, { inS, outS }, index, frame, clip.crop.ratio)
		: { resolved: crop, largest: crop };
	const shortSide = shortSideOf(settings, spanned.largest);
	const size = outputSize(spanned.largest, clip.crop.ratio, shortSide, settings.training.sideMultiple);
	const piece: Piece = {
		media: facts.fingerprint,
		inS,
		outS,
		crop: spanned.resolved,
		...('path' in spanned && { path: spanned.path }),
	};
	const picture = { size, rate, frames: Math.max(0, frames), scaling: settings.scaling };
	return {
		piece,
		video:
			settings.format === 'webp'
				? { kind: 'frames', format: 'webp', quality: PICTURE_QUALITY, ...picture }
				: { kind: 'mp4', codec: 'avc', quality: QUALITY, ...picture },
		durationS: outS - inS,
	};
}

function notesOn({ settings, facts, index, track }: BatchRequest, tasks: readonly ExportTask[]): PlanNote[] {
	const notes: PlanNote[] = [];
	const { video } = facts;
	if (tasks.length < settings.count) {
		const text = `${tasks.length} of ${settings.count} clips fit before the end of ${facts.name}; the others are left out.`;
		notes.push({ kind: 'warning', text });
	}
	if (facts.audio.length === 0)
		notes.push({ kind: 'info', text: `${facts.name} has no sound, so the clips have none.` });
	if (video === undefined || index === undefined) return notes;
	if (settings.training.rate === null && video.variableRate) {
		const text = `The frame rate varies; the clips get an even ${toNumber(video.fps).toFixed(2)} frames a second.`;
		notes.push({ kind: 'info', text });
	}
	const { rate } = settings.training;
	if (rate !== null && toNumber(rate) > toNumber(video.fps) + 0.01) {
		const text = `The clips have more frames a second than ${facts.name}; some frames are shown twice.`;
		notes.push({ kind: 'warning', text });
	}
	const followed = tasks.flatMap(({ pieces }) => pieces.flatMap((piece) => followNotes(track, piece)));
	notes.push(...followed.slice(0, 1), ...colourNotes(facts));
	const short = ({ width, height }: Size): number => Math.min(width, height);
	const enlarged = tasks.find(
		({ pieces: [piece], video: made }) =>
			piece !== undefined &&
			made.kind !== 'none' &&
			short(made.size) > short(piece.crop) + settings.training.sideMultiple,
	);
	const kept = enlarged?.pieces[0]?.crop;
	if (kept !== undefined) {
		const what = isWholeFrame(kept, video) ? 'The picture' : 'The crop';
		const made = enlarged?.video.kind === 'none' ? undefined : enlarged?.video.size;
		const to = made === undefined ? '' : ` becomes ${made.width}×${made.height}`;
		notes.push({ kind: 'warning', text: `${what} is enlarged: ${kept.width}×${kept.height}${to}.` });
	}
	return notes;
}
