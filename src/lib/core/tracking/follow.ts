import type { CameraStyle, PathCentres, PicturePlace } from '../crop/camera-path.ts';
import { resolveCrop, type Size } from '../crop/crop.ts';
import { smoothCropAt, type CropTrack } from '../crop/crop-track.ts';
import { framesBefore, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import { isSameFrame, SAME_FRAME_S } from '../time/same-frame.ts';
import type { Span } from '../time/segment-arithmetic.ts';
import { solveCameraPath } from './solve-camera-path.ts';
import { reportOf, type TrackReport } from './camera-metrics.ts';
import type { DetectedFrame } from './detection.ts';
import type { BoxSeries } from './smooth-track.ts';
import { chooseSubjects, wantedBoxes, type ShotChoice } from './subject.ts';
import { associate } from './tracker.ts';
import type { Track } from './track.ts';

export interface FollowRequest {
	/** What was seen in the span, in order of time. */
	readonly frames: readonly DetectedFrame[];
	/** When shots begin, in seconds on the file's own timeline. */
	readonly cutsS: readonly number[];
	readonly index: FrameIndex;
	/** Displayed picture, in pixels. */
	readonly frame: Size;
	/** Shape and zoom at the start of the span are those of the crop that follows; keyframes within it are places where the crop must be. */
	readonly crop: Pick<CropTrack, 'base' | 'keyframes' | 'interpolation'>;
	readonly span: Span;
	readonly style: CameraStyle;
	/** Kinds that may be the subject; empty: any. */
	readonly labels: readonly string[];
	readonly picks: readonly PicturePlace[];
	/** Times whose shots follow nobody; absent: none. */
	readonly quiet?: readonly number[] | undefined;
	/** Centres that the path must go through; they go before keyframes. */
	readonly fixes: readonly PicturePlace[];
}

export interface Followed {
	readonly centres: PathCentres;
	readonly report: TrackReport;
	/** Share of the frames on which a subject is known, 0..1. */
	readonly knownShare: number;
	/** How many shots the span has. */
	readonly shots: number;
}

/** Everything that moves in the span, who of it is the subject, and where that is on each frame. */
export interface FollowedSubject {
	readonly tracks: readonly Track[];
	/** Ids of the tracks that are followed. */
	readonly subjects: readonly number[];
	/** When each frame of the span starts, in seconds. */
	readonly timesS: Float64Array;
	/** What the camera is asked to keep in the crop. */
	readonly boxes: BoxSeries;
	/** Those who are followed, each for itself: by these the camera is judged. */
	readonly each: readonly BoxSeries[];
	/** Share of the frames that show several of them on which they do not fit into the crop together, 0..1. */
	readonly apartShare: number;
}

export type SubjectRequest = Omit<FollowRequest, 'style' | 'fixes'>;

/** Who is followed in a span: from detections to the subject on each frame. */
export function findSubject({
	frames,
	cutsS,
	index,
	frame,
	crop,
	span,
	labels,
	picks,
	quiet = [],
}: SubjectRequest): FollowedSubject {
	const timesS = timesOf(index, span);
	const inside = cutsIn(span, cutsS);
	const tracks = associate(frames, inside, { aspect: frame.width / frame.height });
	const chosen = chooseSubjects(tracks, inside, span.outS, { labels, pins: picks, shots: quietShots(quiet, inside) });
	const { target, each, apartShare } = wantedBoxes(chosen, timesS, sidesOf(crop, span, frame));
	const subjects = chosen.flatMap((shot) => shot.tracks.map(({ id }) => id));
	return { tracks, subjects, timesS, boxes: target, each, apartShare };
}

/** The camera path of a span. Without any subject the crop stays where the person put it. */
export function follow(request: FollowRequest): Followed {
	const { cutsS, frame, crop, span, style, fixes } = request;
	const { timesS, boxes, each } = findSubject(request);
	const inside = cutsIn(span, cutsS);
	const sides = sidesOf(crop, span, frame);
	const placed = crop.keyframes
		.filter(({ atS }) => atS >= span.inS - SAME_FRAME_S && atS < span.outS - SAME_FRAME_S)
		.filter(({ atS }) => !fixes.some((fix) => isSameFrame(fix.atS, atS)))
		.map(({ atS, crop: { centre } }) => ({ atS, ...centre }));
	const keyframes = [...placed, ...fixes].sort((a, b) => a.atS - b.atS);
	const { centre } = smoothCropAt(crop, span.inS);
	const known = boxes.x.reduce((sum, x) => sum + (Number.isNaN(x) ? 0 : 1), 0);
	const subject = known === 0 ? null : boxes;
	const centres = solveCameraPath({ timesS, cutsS: inside, crop: sides, hold: centre, subject, keyframes, style });
	return {
		centres,
		report: reportOf({ path: centres, crop: sides, timesS, cutsS: inside, subject: each }),
		knownShare: timesS.length === 0 ? 0 : known / timesS.length,
		shots: inside.length + 1,
	};
}

/** Where shots begin within the span; that it begins is no cut. */
const cutsIn = ({ inS, outS }: Span, cutsS: readonly number[]): readonly number[] =>
	cutsS.filter((atS) => atS > inS + 1e-6 && atS < outS);

/** A time on the first frame of a shot belongs to it. */
const quietShots = (quiet: readonly number[], cutsS: readonly number[]): ReadonlyMap<number, ShotChoice> =>
	new Map(quiet.map((atS) => [cutsS.filter((cutS) => cutS <= atS + SAME_FRAME_S).length, { follow: 'none' }]));

function timesOf(index: FrameIndex, { inS, outS }: Span): Float64Array {
	const first = framesBefore(index, inS);
	return Float64Array.from({ length: framesBefore(index, outS) - first }, (_, n) => timeOfFrame(index, first + n));
}

function sidesOf(crop: FollowRequest['crop'], { inS }: Span, frame: Size): { width: number; height: number } {
	const { width, height } = resolveCrop(smoothCropAt(crop, inS), frame);
	return { width: width / frame.width, height: height / frame.height };
}
