import {
	copyContainer,
	copyShift,
	copyTimes,
	encodedFrames,
	planCopy,
	type CopyShift,
	type CopySpan,
	type Joins,
} from './copy-plan.ts';
import type { CropState } from '../crop/crop.ts';
import type { CropTrack } from '../crop/crop-track.ts';
import type { CutMode, ExportSettings } from './export-settings.ts';
import type { AudioTask, ExportTask, PlanNote } from './export-task.ts';
import type { Fingerprint } from '../media/fingerprint.ts';
import type { FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { err, ok, type Result } from '../result.ts';
import { formatShortTime } from '../time/timecode.ts';

/** A span as it would be encoded: what copying starts from, and falls back to. */
export interface PlannedClip {
	/** The segment for the person: “walk”, or Segment 3. */
	readonly called: string;
	/** The span inside the file, in its seconds. */
	readonly asked: { readonly inS: number; readonly outS: number };
	readonly task: ExportTask;
	readonly notes: readonly PlanNote[];
	/** What only encoding does to the picture. */
	readonly encodingNotes: readonly PlanNote[];
}

/** The part of a plan's request that copies ask. */
export interface CopyRequest {
	readonly selection: readonly { readonly crop: CropState; readonly track?: CropTrack }[];
	readonly factsOf: (media: Fingerprint) => MediaFacts;
	readonly indexOf: (media: Fingerprint) => FrameIndex | undefined;
	readonly settings: ExportSettings;
	/** Who encodes the ends of exact cuts. Defaults to browsers, which do less. */
	readonly joins?: Joins;
}

type Mode = Exclude<CutMode, 'precise'>;

interface Copy {
	readonly called: string;
	readonly task: ExportTask;
	readonly span: CopySpan;
	readonly shift: CopyShift;
}

/** Clips by name in notes at most; of more, only the sums are told. */
const NAMED_CLIPS = 4;

/** The clips with their packets copied where that can be done, each as a file or all joined in one. */
export function planCopies(
	clips: readonly PlannedClip[],
	mode: Mode,
	request: CopyRequest,
): { readonly tasks: readonly ExportTask[]; readonly notes: readonly PlanNote[] } {
	const planned = clips.map((clip) => ({ clip, copy: copyOf(clip, mode, request) }));
	const copies = planned.flatMap(({ copy }) => (copy.ok ? [copy.value] : []));
	const refused = planned.flatMap(({ clip, copy }) => (copy.ok ? [] : [{ clip, reason: copy.error }]));
	const isJoined = request.settings.join === true && clips.length > 1;
	// Joined, all are copied or none.
	const kept = isJoined && refused.length > 0 ? [] : copies;
	const tasks = planned.map(({ clip, copy }) => (copy.ok && kept.includes(copy.value) ? copy.value.task : clip.task));
	return {
		tasks: isJoined ? [joined(tasks)] : tasks,
		notes: [
			...clips.flatMap(({ notes }) => notes),
			...settingsNotes(kept, request),
			...[...(mode === 'copy' ? shiftNotes(kept) : edgeNotes(kept)), ...refusalNotes(refused, isJoined)].map(
				(note): PlanNote => ({ ...note, about: 'cut' }),
			),
			...refused.flatMap(({ clip }) => clip.encodingNotes),
		],
	};
}

function copyOf({ called, asked, task }: PlannedClip, mode: Mode, request: CopyRequest): Result<Copy, string> {
	const [piece] = task.pieces;
	if (piece === undefined) return err('there is nothing to copy');
	const [facts, index] = [request.factsOf(piece.media), request.indexOf(piece.media)];
	const container = copyContainer(facts);
	if (!container.ok) return container;
	if (facts.video === undefined || index === undefined) return err('the frames of the file are not counted yet');
	const span = planCopy(facts, index, asked, mode, request.joins);
	if (!span.ok) return span;
	const times = copyTimes(index, span.value);
	const { codec, width, height } = facts.video;
	const sound = facts.audio[0];
	const audio: AudioTask =
		request.settings.audio === 'on' && sound !== undefined ? { kind: 'copy', codec: sound.codec } : { kind: 'none' };
	return ok({
		called,
		span: span.value,
		shift: copyShift(index, asked, span.value),
		task: {
			...task,
			container: container.value,
			pieces: [{ ...piece, ...times }],
			video: {
				kind: 'copy',
				exact: encodedFrames(span.value) > 0,
				codec,
				size: { width, height },
				frames: span.value.last - span.value.first,
			},
			audio,
			output: { ...task.output, extension: container.value },
			durationS: times.outS - times.inS,
		},
	});
}

/** One task of all pieces; all are of one kind. */
function joined(tasks: readonly ExportTask[]): ExportTask {
	return tasks.reduce((all, { pieces, video, durationS }) => ({
		...all,
		pieces: [...all.pieces, ...pieces],
		video: joinedVideo(all.video, video),
		durationS: all.durationS + durationS,
	}));
}

function joinedVideo(all: ExportTask['video'], next: ExportTask['video']): ExportTask['video'] {
	if (all.kind === 'none' || next.kind === 'none') return all;
	const frames = all.frames + next.frames;
	return all.kind === 'copy' && next.kind === 'copy'
		? { ...all, exact: all.exact || next.exact, frames }
		: { ...all, frames };
}

function settingsNotes(copies: readonly Copy[], { selection, settings }: CopyRequest): readonly PlanNote[] {
	const [first] = copies;
	if (first === undefined) return [];
	const notes: PlanNote[] = [];
	const isCropped = selection.some(
		({ crop, track }) => crop.ratio !== null || crop.zoom > 1 || (track?.keyframes.length ?? 0) > 0,
	);
	if (isCropped || settings.shortSide !== null || settings.rate !== 'source') {
		const text = 'The picture is kept as it is stored: crop, size and frame rate do not apply.';
		notes.push({ kind: 'warning', about: 'cut', text });
	}
	const { container } = first.task;
	if (container !== settings.format)
		notes.push({ kind: 'info', text: `The file stays what it is: ${container.toUpperCase()}.` });
	return notes;
}

const frames = (count: number): string => `${count} ${count === 1 ? 'frame' : 'frames'}`;
const seconds = (value: number): string => `${value.toFixed(2)} s`;

/** Where copies really start and end. */
function shiftNotes(copies: readonly Copy[]): readonly PlanNote[] {
	const shifted = copies.filter(({ shift }) => shift.earlyFrames !== 0 || shift.lateFrames !== 0);
	if (shifted.length > NAMED_CLIPS) {
		const [earlyS, lateS] = [largest(shifted, 'earlyS'), largest(shifted, 'lateS')];
		const text = `${shifted.length} of ${copies.length} clips are longer than marked: up to ${seconds(earlyS)} early and ${seconds(lateS)} late.`;
		return [{ kind: 'info', text }];
	}
	return shifted.map(({ called, shift }): PlanNote => {
		const { inS, outS, earlyFrames, earlyS, lateFrames, lateS } = shift;
		const parts: string[] = [];
		if (earlyFrames !== 0) {
			const side = earlyFrames > 0 ? 'early' : 'late';
			parts.push(
				`starts at ${formatShortTime(inS, true)}, ${seconds(Math.abs(earlyS))} ${side} (${frames(Math.abs(earlyFrames))})`,
			);
		}
		if (lateFrames !== 0)
			parts.push(`ends at ${formatShortTime(outS, true)}, ${seconds(lateS)} late (${frames(lateFrames)})`);
		return { kind: 'info', text: `${called} ${parts.join(' and ')}.` };
	});
}

const largest = (copies: readonly Copy[], key: 'earlyS' | 'lateS'): number =>
	copies.reduce((most, { shift }) => Math.max(most, shift[key]), 0);

/** What exact cuts encode. */
function edgeNotes(copies: readonly Copy[]): readonly PlanNote[] {
	const cut = copies.filter(({ span }) => encodedFrames(span) > 0);
	const encoded = cut.reduce((sum, { span }) => sum + encodedFrames(span), 0);
	const all = copies.reduce((sum, { span }) => sum + span.last - span.first, 0);
	if (copies.length === 0) return [];
	if (encoded === 0)
		return [{ kind: 'info', text: 'Every cut falls where the file divides: nothing is encoded anew.' }];
	if (cut.length > NAMED_CLIPS)
		return [{ kind: 'info', text: `${encoded} of ${frames(all)} are encoded anew, the others are copied.` }];
	return cut.map(({ called, span }): PlanNote => {
		const text = `${called}: ${encodedFrames(span)} of ${frames(span.last - span.first)} are encoded anew, the others are copied.`;
		return { kind: 'info', text };
	});
}

function refusalNotes(
	refused: readonly { readonly clip: PlannedClip; readonly reason: string }[],
	isJoined: boolean,
): readonly PlanNote[] {
	if (refused.length > NAMED_CLIPS) {
		const reasons = [...new Set(refused.map(({ reason }) => reason))].join('; ');
		return [{ kind: 'warning', text: `${refused.length} clips are encoded from start to end: ${reasons}.` }];
	}
	return refused.map(({ clip, reason }): PlanNote => {
		const what = isJoined
			? `All is encoded from start to end because of ${clip.called}`
			: `${clip.called} is encoded from start to end`;
		return { kind: 'warning', text: `${what}: ${reason}.` };
	});
}
