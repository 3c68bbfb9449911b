import type { Rational } from '../time/rational.ts';
import { unreachable } from '../result.ts';
import { writeEdl } from './edl.ts';
import type { ClosedSpan } from './imported.ts';
import { writeLlc } from './llc.ts';
import { writeOtio } from './otio.ts';
import { writeLosslessCutCsv, writeSegmentCsv } from './segment-csv.ts';
import { writeTimestampLog } from './timestamp-log.ts';
import { writeYouTubeChapters } from './youtube.ts';

/** The lists that are written; an OpenShot project has a writer of its own. */
export type WrittenFormat = 'csv' | 'losslesscut-csv' | 'llc' | 'log' | 'youtube' | 'edl' | 'otio';

export const LIST_ENDINGS: Readonly<Record<WrittenFormat, string>> = {
	csv: '.csv',
	'losslesscut-csv': '-losslesscut.csv',
	llc: '-proj.llc',
	log: '.log',
	youtube: '-chapters.txt',
	edl: '.edl',
	otio: '.otio',
};

export interface WriteListOptions {
	readonly title: string;
	/** Name of the file that the spans are of, where they do not tell. */
	readonly mediaName: string;
	readonly fps: Rational;
}

/** The text of a list of `spans`, whose times count from the start of their file, in seconds. */
export function writeList(
	format: WrittenFormat,
	spans: readonly ClosedSpan[],
	{ title, mediaName, fps }: WriteListOptions,
): string {
	switch (format) {
		case 'csv':
			return writeSegmentCsv(spans);
		case 'losslesscut-csv':
			return writeLosslessCutCsv(spans);
		case 'llc':
			return writeLlc(spans, mediaName);
		case 'log':
			return writeTimestampLog(spans);
		case 'youtube':
			return writeYouTubeChapters(spans);
		case 'edl':
			return writeEdl(spans, title, mediaName, fps);
		case 'otio':
			return writeOtio(spans, title, mediaName, fps);
		default:
			return unreachable(format);
	}
}
