import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { planClip } from '#core/capture/clip-plan';
import { CopiedPackets, fastClipArgs } from '#core/capture/fast-clip';
import type { ClipRequest } from '#contract/captures';
import type { BurnIn } from '#core/ffmpeg/burn-in';
import { hardwareOf } from '#core/ffmpeg/ffmpeg-hardware';
import { SHOWN_BEFORE_S } from '#core/ffmpeg/burn-in';
import { rateOf } from '#core/time/frame-index';
import { err, ok, type Result } from '#core/result';
import type * as z from 'zod';
import type { EncoderPick, Encoders } from '../encoders/encoders.ts';
import { failureOfRun } from '../exports/failure-of.ts';
import { makeOutput } from '../exports/make-output.ts';
import type { MadeFrom } from '../exports/make-parts.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { plainSays } from '../ffmpeg/plain-says.ts';
import type { JobContext, JobFailure } from '../jobs/job-queue.ts';
import type { MediaFiles } from '../library/media-files.ts';
import type { MadeCapture } from './made-capture.ts';
import type { SessionFilm } from './session-films.ts';
import { framesOfSpan } from './span-frames.ts';

export interface ClipParts {
	readonly ffmpeg: Ffmpeg;
	readonly encoders: Pick<Encoders, 'pick'>;
	readonly media: MediaFiles;
	readonly film: SessionFilm;
	readonly request: z.infer<typeof ClipRequest>;
	/** Seconds of the film. */
	readonly span: { readonly startS: number; readonly endS: number };
	readonly burnIn: BurnIn | undefined;
	/** An empty folder. */
	readonly folder: string;
	readonly name: string;
	readonly context: JobContext;
}

type Outcome = Result<MadeCapture, JobFailure>;

/** Before the first frame of a clip, its index holds what is needed to decode and to lay over. In seconds. */
const BEFORE_S = 2;
const STALL_MS = 60_000;

const unsupported = (sentence: string, subject: string): Outcome =>
	err({ failure: { kind: 'unsupported', subject, detail: sentence.replace(/\.$/u, '') }, mayPass: false });

/** A clip with exactly the frames that were asked for, counted again. */
export async function makePreciseClip(parts: ClipParts): Promise<Outcome> {
	const { film, request, span, burnIn, name, context, folder, ffmpeg } = parts;
	const { look, shiftS } = film;
	const [inS, outS] = [span.startS + shiftS, span.endS + shiftS];
	const wish = { ...request, id: context.id, name, inS, outS };
	context.onProgress({ progress: 0, step: 'Looking at the film' });
	let { facts } = look;
	let frames;
	if (request.format !== 'mp3') {
		const fromS = inS - BEFORE_S - (burnIn?.kind === 'picture' ? SHOWN_BEFORE_S : 0);
		const read = await framesOfSpan(parts, film.film, look, { fromS, toS: outS }, context.signal);
		if (!read.ok) return err({ failure: read.error, mayPass: false });
		frames = read.value;
		if (facts.video !== undefined && frames.frames.ptsUs.length > 2) {
			const { fps, variable } = rateOf(frames.frames);
			facts = { ...facts, video: { ...facts.video, fps, variableRate: variable } };
		}
	}
	const planned = planClip(wish, facts, frames?.index);
	if (!planned.ok) return unsupported(planned.error, film.film.name);
	const task = planned.value;
	const { file, path, input } = film.film;
	const from: MadeFrom = {
		file: file ?? { id: '', path, name: film.film.name, bytes: 0, mtimeMs: 0 },
		...{ facts, input, index: frames?.index ?? NO_FRAMES },
	};
	const drawing = { ...(burnIn && { burnIn }), ...(look.deinterlace && { deinterlace: true }) };
	const make = (pick: EncoderPick | undefined) =>
		makeOutput(task, { ffmpeg, sources: new Map([[facts.fingerprint, from]]), folder, pick, context, drawing });
	const pick = await parts.encoders.pick(task, context.signal);
	if (pick?.note !== undefined) context.note(pick.note);
	let made = await make(pick);
	if (!made.ok && pick !== undefined && hardwareOf(pick.encoder) !== undefined) {
		context.note(`${pick.encoder} failed, so it was made by the processor.`);
		made = await make({ encoder: request.format === 'webm' ? 'libvpx-vp9' : 'libx264' });
	}
	if (!made.ok) return made;
	const { part, bytes, width, height, durationS } = made.value;
	const [piece] = task.pieces;
	return ok({
		...{ part, bytes, durationS },
		...(width > 0 && { width, height }),
		startS: Math.max(0, (piece?.inS ?? inS) - shiftS),
		endS: Math.max(0, (piece?.outS ?? outS) - shiftS),
	});
}

const NO_FRAMES = { ptsUs: new Float64Array(0), key: new Uint8Array(0), endUs: 0 };

/** The packets as they are, from the key frame at or before the start. */
export async function makeFastClip(parts: ClipParts): Promise<Outcome> {
	const { ffmpeg, film, request, span, folder, name, context } = parts;
	const { format } = request;
	const { facts, reorders } = film.look;
	if (format !== 'mp4' && format !== 'webm') return makePreciseClip(parts);
	const part = join(folder, `clip.${format}`);
	const subject = `${name}.${format}`;
	const [inS, outS] = [span.startS + film.shiftS, span.endS + film.shiftS];
	const args = fastClipArgs({ format, inS, outS, reorders }, facts, film.film.input, part);
	if (!args.ok) return unsupported(args.error, film.film.name);
	const packets = new CopiedPackets();
	const { path, name: called } = film.film;
	const plain = (lines: readonly string[]): string[] =>
		plainSays(lines, [
			[path, called],
			[folder, subject],
		]);
	const lengthS = Math.max(0.1, outS - inS);
	const end = await ffmpeg.run(args.value, {
		...{ signal: context.signal, cwd: folder, stallMs: STALL_MS, nice: false },
		onLine: (line) => packets.add(line),
		onProgress: ({ outS: madeS }) =>
			context.onProgress({ progress: Math.min(0.97, Math.max(0, (madeS - inS) / lengthS)), step: 'Copying' }),
		onLog: (line) => plain([line]).forEach(context.log),
	});
	if (end.kind !== 'done') return err(failureOfRun(end, plain(end.log), subject, called));
	const copied = packets.span;
	const wrong = (detail: string): Outcome =>
		err({ failure: { kind: 'output-wrong', subject, detail }, mayPass: false });
	if (copied === undefined) return wrong('nothing could be copied there');
	if (!(await isWhole(part, format))) return wrong('it is not complete');
	const startS = Math.max(0, copied.inS - film.shiftS);
	return ok({
		...{ part, bytes: (await stat(part)).size, startS, endS: startS + copied.outS - copied.inS },
		...{ durationS: copied.outS - copied.inS },
		...(facts.video && { width: facts.video.width, height: facts.video.height }),
	});
}

/** Whether the boxes of an MP4 fill the file to its last byte; of a WebM, whether it begins as one. */
async function isWhole(path: string, format: 'mp4' | 'webm'): Promise<boolean> {
	const file = await open(path, 'r');
	try {
		const { size } = await file.stat();
		const head = Buffer.alloc(16);
		if (format === 'webm')
			return (await file.read(head, 0, 4, 0)).bytesRead === 4 && head.readUInt32BE(0) === 0x1a45dfa3;
		const seen = new Set<string>();
		let at = 0;
		while (at + 8 <= size) {
			await file.read(head, 0, 16, at);
			const short = head.readUInt32BE(0);
			const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
			if (length < 8) return false;
			seen.add(head.toString('latin1', 4, 8));
			at += length;
		}
		return at === size && seen.has('moov') && seen.has('mdat');
	} finally {
		await file.close();
	}
}
