import { codecName } from '../media/codec-name.ts';
import type { CutMode } from './export-settings.ts';
import { framesBefore, keyFrameAfter, keyFrameBefore, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * How a span comes out of a file without encoding all of it. Frames are numbers in the frame index, ends exclusive: [first, last) come out,
 * of these [copyFrom, copyTo) as they are stored; what stands before and after is encoded anew (nothing, in copy mode).
 */
export interface CopySpan {
	readonly first: number;
	readonly last: number;
	readonly copyFrom: number;
	readonly copyTo: number;
}

/** Containers that are written as they were read. */
const CONTAINERS = ['mp4', 'mov', 'mkv', 'webm'] as const;
export type CopyContainer = (typeof CONTAINERS)[number];
const isCopyContainer = (container: string): container is CopyContainer =>
	(CONTAINERS as readonly string[]).includes(container);

const COPIED_VIDEO = ['avc', 'hevc', 'vp8', 'vp9', 'av1'];
const COPIED_AUDIO = ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'ac3', 'eac3', 'ulaw', 'alaw'];
/** Whose frames are encoded so that a decoder takes them for the same stream: by browsers, and by the ffmpeg of a server. */
export type Joins = 'browser' | 'server';
const JOINED_VIDEO: Readonly<Record<Joins, readonly string[]>> = {
	browser: ['avc', 'vp9', 'av1'],
	server: ['avc', 'hevc', 'vp9', 'av1'],
};

/** Into which container the packets of a file go; a sentence without its full stop when they cannot be copied. */
export function copyContainer({ container, reader, video, audio }: MediaFacts): Result<CopyContainer, string> {
	if (video === undefined) return err('the file has no picture');
	if (reader !== 'mediabunny' || !isCopyContainer(container)) {
		return err(`${container.toUpperCase()} files are not copied, only MP4, MOV, MKV and WebM`);
	}
	if (!COPIED_VIDEO.includes(video.codec)) return err(`${codecName(video.codec)} is not copied`);
	const sound = audio[0]?.codec;
	if (sound !== undefined && !sound.startsWith('pcm') && !COPIED_AUDIO.includes(sound)) {
		return err(`sound in ${codecName(sound)} is not copied`);
	}
	return ok(container);
}

/** How [inS, outS) (seconds of the file) comes out in `mode`; a sentence without its full stop when it cannot be done. */
export function planCopy(
	facts: MediaFacts,
	index: FrameIndex,
	span: { readonly inS: number; readonly outS: number },
	mode: Exclude<CutMode, 'precise'>,
	joins: Joins = 'browser',
): Result<CopySpan, string> {
	const container = copyContainer(facts);
	if (!container.ok) return container;
	const [first, last] = [framesBefore(index, span.inS), framesBefore(index, span.outS)];
	if (last <= first) return err('it holds no frame');
	return mode === 'copy' ? copyWhole(index, first, last) : copyInside(facts, index, { first, last }, joins);
}

/** True where all frames before `n` can be had without those from `n` on. Without knowledge of the order, key frames are trusted. */
function isDivisible({ divisible, key, ptsUs }: FrameIndex, n: number): boolean {
	return n >= ptsUs.length || (divisible === undefined ? key[n] === 1 : divisible[n] === 1);
}

/** From the key frame at or before the first one (else the next) to where no later frame is needed: never less than asked for. */
function copyWhole(index: FrameIndex, first: number, last: number): Result<CopySpan, string> {
	let from = keyFrameBefore(index, first);
	if (index.key[from] !== 1) from = keyFrameAfter(index, first);
	if (from >= last) return err('there is no key frame before it or in it');
	let to = last;
	while (!isDivisible(index, to)) to += 1;
	return ok({ first: from, last: to, copyFrom: from, copyTo: to });
}

function copyInside(
	facts: MediaFacts,
	index: FrameIndex,
	{ first, last }: Pick<CopySpan, 'first' | 'last'>,
	joins: Joins,
): Result<CopySpan, string> {
	const reason = joiningProblem(facts, joins);
	if (reason !== undefined) return err(reason);
	let copyFrom = keyFrameAfter(index, first);
	while (copyFrom < last && !isDivisible(index, copyFrom)) copyFrom = keyFrameAfter(index, copyFrom + 1);
	if (copyFrom >= last) {
		const open = keyFrameAfter(index, first) < last;
		return err(
			open
				? 'the key frames in it are needed by frames before them (open groups)'
				: 'there is no key frame in it to go on from',
		);
	}
	let copyTo = last;
	while (copyTo > copyFrom && !isDivisible(index, copyTo)) copyTo -= 1;
	return copyTo > copyFrom
		? ok({ first, last, copyFrom, copyTo })
		: err('it is too short to keep frames as they are stored');
}

function joiningProblem({ video }: MediaFacts, joins: Joins): string | undefined {
	if (video === undefined) return 'the file has no picture';
	if (!JOINED_VIDEO[joins].includes(video.codec))
		return `browsers do not encode ${codecName(video.codec)} to match the file`;
	// Its profile is looked at in the file.
	if (joins === 'server' && video.codec === 'hevc') return undefined;
	if (video.hdr || (video.bitDepth ?? 8) > 8) return 'browsers encode 8 bits, the file has more';
	if (video.codecString !== undefined && !hasCommonProfile(video.codecString))
		return 'browsers do not encode the profile that the file uses';
	return undefined;
}

/** H.264: Baseline, Main, High. VP9 and AV1: profile 0. All are 8 bits, 4:2:0. */
function hasCommonProfile(codecString: string): boolean {
	const [family = '', profile = ''] = codecString.split('.');
	switch (family) {
		case 'avc1':
		case 'avc3':
			return ['42', '4d', '64'].includes(profile.slice(0, 2).toLowerCase());
		case 'vp09':
			return Number(profile) === 0;
		case 'av01':
			return profile === '0';
		default:
			return true;
	}
}

/** When the span starts and ends, in seconds of the file. */
export const copyTimes = (index: FrameIndex, { first, last }: CopySpan): { inS: number; outS: number } => ({
	inS: timeOfFrame(index, first),
	outS: timeOfFrame(index, last),
});

/** Frames that are encoded anew. */
export const encodedFrames = ({ first, last, copyFrom, copyTo }: CopySpan): number =>
	copyFrom - first + (last - copyTo);

/** Where a copied span really stands compared with what was asked for. Positive: more than asked for. */
export interface CopyShift {
	/** When it really starts and ends, in seconds of the file. */
	readonly inS: number;
	readonly outS: number;
	readonly earlyFrames: number;
	readonly earlyS: number;
	readonly lateFrames: number;
	readonly lateS: number;
}

/** How far the ends of `span` are from [inS, outS) as asked for, each rounded to the frame on which it falls. */
export function copyShift(
	index: FrameIndex,
	asked: { readonly inS: number; readonly outS: number },
	span: CopySpan,
): CopyShift {
	const [first, last] = [framesBefore(index, asked.inS), framesBefore(index, asked.outS)];
	const { inS, outS } = copyTimes(index, span);
	return {
		inS,
		outS,
		earlyFrames: first - span.first,
		earlyS: timeOfFrame(index, first) - inS,
		lateFrames: span.last - last,
		lateS: outS - timeOfFrame(index, last),
	};
}
