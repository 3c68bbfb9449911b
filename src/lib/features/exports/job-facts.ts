import { codecName } from '#core/media/codec-name';
import { failureText } from '#core/failure';
import { outputFileName } from '#core/export/output-file-name';
import { formatBytes } from '$lib/app/bytes';
import type { JobRecord } from '$lib/storage/job-record';
import { text } from './text.ts';

/** The name a job's file has, or will have if it is free. */
export const nameOf = ({ result, task }: JobRecord): string => result?.fileName ?? outputFileName(task.output);

/** Seconds as people read a duration: "0.8 s", "42 s", "3 min 20 s", "1 h 5 min". */
export function formatSeconds(seconds: number): string {
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return withRest(Math.floor(whole / 60), 'min', whole % 60, 's');
	return withRest(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
}

const withRest = (large: number, unit: string, rest: number, restUnit: string): string =>
	rest === 0 ? `${large} ${unit}` : `${large} ${unit} ${rest} ${restUnit}`;

/** How far a running job is: what it does, how fast, how long still. Only what is known. */
export function progressFacts({ job }: JobRecord): string {
	const { step, speed, etaS, progress } = job;
	return [
		step,
		`${Math.floor(progress * 100)} %`,
		speed === undefined ? '' : text.speed(speed.toFixed(speed < 9.95 ? 1 : 0)),
		etaS === undefined ? '' : text.left(formatSeconds(Math.max(1, Math.ceil(etaS)))),
	]
		.filter((part) => part !== '')
		.join(' · ');
}

/** What came out, as counted in the finished file. */
export function resultFacts({ result }: JobRecord): string {
	if (result === undefined) return '';
	const { frames, width, height, durationS, bytes, tookS, encoder } = result;
	const count = result.pictures === undefined ? text.frames(frames) : text.pictures(result.pictures);
	const picture = frames > 0 ? [count, `${width}×${height}`] : [];
	return [
		...picture,
		formatSeconds(durationS),
		formatBytes(bytes),
		text.made(formatSeconds(tookS), encoderTitle(encoder)),
	].join(', ');
}

/** What encoded a file, as an engine wrote it down, in words: "avc1.64001e (browser)" → "H.264 by the browser". */
function encoderTitle(encoder: string): string {
	// Older records do not tell what it made.
	if (encoder === 'ffmpeg.wasm') return 'by ffmpeg';
	const [, codec, engine] =
		/^(\S+) \((browser|ffmpeg\.wasm|ffmpeg on the server|copied|copied, ends encoded)\)$/.exec(encoder) ?? [];
	if (codec === undefined) return encoder;
	if (engine?.startsWith('copied')) return `${codecName(codec)} ${engine}`;
	if (engine === 'ffmpeg on the server') return `${codecName(codec)} by the server`;
	return `${codecName(codec)} by ${engine === 'browser' ? 'the browser' : 'ffmpeg'}`;
}

/** The sentence under a job's name. */
export function messageOf(record: JobRecord): string {
	const { job, destination } = record;
	switch (job.state) {
		case 'queued':
			return job.step === '' ? text.waits : `${job.step}.`;
		case 'running':
			return job.attempts > 1 ? text.again(job.attempts) : '';
		case 'done': {
			const trouble = record.recorded?.trouble ?? [];
			if (trouble.length > 0) return [text.writtenBeside, ...trouble].join(' ');
			if (destination.kind === 'browser') return text.inBrowser;
			if (destination.kind === 'server') return text.onServer(destination.name, record.task.output.folder ?? '');
			return text.inFolder([destination.name, record.task.output.folder].filter(Boolean).join('/'));
		}
		case 'failed':
			return job.error === undefined ? '' : failureText(job.error);
		case 'cancelled':
			return text.cancelled;
	}
}

/** What is said aloud about jobs that ended between two looks at the list. */
export function endedBetween(before: readonly JobRecord[], now: readonly JobRecord[]): string {
	const states = new Map(before.map(({ job }) => [job.id, job.state]));
	return now
		.flatMap((record) => {
			const was = states.get(record.job.id);
			if (was === undefined || was === record.job.state) return [];
			const name = nameOf(record);
			if (record.job.state === 'done') return [text.announceDone(name)];
			if (record.job.state === 'failed') return [text.announceFailed(name, messageOf(record))];
			return record.job.state === 'cancelled' ? [text.announceCancelled(name)] : [];
		})
		.join(' ');
}
