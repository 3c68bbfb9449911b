import type { ResolvedCrop, Size } from '../crop/crop.ts';
import type { SpanCrop } from '../crop/crop-span.ts';
import { videoBitrate, videoRate } from '../export/export-estimate.ts';
import { colourNotes } from '../export/source-span.ts';
import { encodedVideo, type ExportTask, type PlanNote } from '../export/export-task.ts';
import type { FilmSettings } from './film.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import { sameRatio, toNumber, type Rational } from '../time/rational.ts';

const info = (text: string): PlanNote => ({ kind: 'info', text });
const warning = (text: string): PlanNote => ({ kind: 'warning', text });

interface Part {
	readonly called: string;
	readonly facts: MediaFacts;
}

const rateText = (rate: Rational): string => `${Number(toNumber(rate).toFixed(3))}`;
const sizeText = ({ width, height }: Size): string => `${width}×${height}`;

export function sizeNote(size: Size, settings: FilmSettings): PlanNote {
	if (settings.size !== null) return info(`${sizeText(size)}, as chosen.`);
	const small = settings.format === 'gif' ? ', made small because GIFs are heavy' : '';
	return info(`${sizeText(size)}, as the first segment${small}.`);
}

/** Which rate was chosen and what it does to clips of another one. */
export function rateNotes(parts: readonly Part[], rate: Rational, settings: FilmSettings): PlanNote[] {
	const [asked, from] =
		settings.rate === null
			? [parts[0]?.facts.video?.fps ?? rate, 'as the first segment']
			: [settings.rate, 'as chosen'];
	const moved = sameRatio(asked, rate) ? '' : `, the nearest to ${rateText(asked)} that GIF knows`;
	const notes = [info(`${rateText(rate)} frames a second, ${from}${moved}.`)];
	const sources = new Map(parts.flatMap(({ facts }) => (facts.video ? [[facts.name, facts.video] as const] : [])));
	for (const [name, video] of sources) {
		if (video.variableRate) {
			notes.push(info(`The frame rate of ${name} varies; the film shows at each instant what is on screen.`));
		} else if (!sameRatio(video.fps, rate)) {
			const what = toNumber(video.fps) > toNumber(rate) ? 'some frames are left out' : 'some frames are shown twice';
			notes.push(info(`${name} has ${rateText(video.fps)} frames a second: ${what}.`));
		}
	}
	return notes;
}

/** What became of the picture of one clip. */
export interface PartPicture extends Part {
	readonly crop: SpanCrop;
	/** What is kept of it, and where it stands; undefined: it fills the film. */
	readonly kept: ResolvedCrop;
	readonly place: ResolvedCrop | undefined;
	/** Of the film. */
	readonly size: Size;
}

/** What happens to the pictures, clips that share a fate together. */
export function pictureNotes(parts: readonly PartPicture[]): PlanNote[] {
	const besides = parts.filter(({ place, size }) => place !== undefined && size.width > place.width);
	const above = parts.filter(({ place, size }) => place !== undefined && size.height > place.height);
	const cut = parts.filter(
		({ place, kept, crop }) =>
			place === undefined && (kept.width < crop.resolved.width - 2 || kept.height < crop.resolved.height - 2),
	);
	const changing = parts.filter(({ crop }) => crop.shapeChangesAtS !== undefined);
	const files = new Map(parts.map(({ facts }) => [facts.name, facts]));
	return [
		...about(besides, (who, has) => info(`${who} ${has} another shape: black left and right.`)),
		...about(above, (who, has) => info(`${who} ${has} another shape: black above and below.`)),
		...about(cut, (who, has) => info(`${who} ${has} another shape: cut to fill.`)),
		...enlargedNotes(parts),
		...about(changing, (who) => warning(`The crop of ${who} changes its shape; the shape at the start is kept.`)),
		...[...files.values()].flatMap(colourNotes),
	];
}

function enlargedNotes(parts: readonly PartPicture[]): PlanNote[] {
	const shown = ({ place, size }: PartPicture): Size => place ?? size;
	const factor = (part: PartPicture): number => shown(part).width / part.kept.width;
	const enlarged = parts.filter((part) => shown(part).width > part.kept.width + 2);
	const [most] = [...enlarged].sort((a, b) => factor(b) - factor(a));
	if (most === undefined) return [];
	const sizes = (part: PartPicture): string => `${sizeText(part.kept)} becomes ${sizeText(shown(part))}`;
	return about(enlarged, (who) =>
		warning(
			enlarged.length === 1 ? `${who} is enlarged: ${sizes(most)}.` : `${who} are enlarged, the most: ${sizes(most)}.`,
		),
	);
}

/** More names than this become a number. */
const NAMED = 3;

/** One note about all of `parts`, or none when there are none. */
function about(parts: readonly Part[], note: (who: string, has: 'has' | 'have') => PlanNote): PlanNote[] {
	const names = parts.map(({ called }) => called);
	const last = names.at(-1);
	if (last === undefined) return [];
	if (names.length === 1) return [note(last, 'has')];
	return [
		note(names.length > NAMED ? `${names.length} segments` : `${names.slice(0, -1).join(', ')} and ${last}`, 'have'),
	];
}

/** What happens to the sound of the files. */
export function audioNotes(facts: readonly MediaFacts[]): PlanNote[] {
	const files = [...new Map(facts.map((file) => [file.name, file])).values()];
	const silent = files.filter(({ audio }) => audio.length === 0);
	if (silent.length === files.length) return [info('No segment has sound, so the film has none.')];
	const notes = silent.map(({ name }) => info(`${name} has no sound: its segments are silent.`));
	for (const { name, audio } of files) {
		if (audio.length > 1) notes.push(info(`${name} has ${audio.length} sound tracks; the first is used.`));
	}
	return notes;
}

export function durationNote({ video, durationS }: ExportTask, segments: number): PlanNote {
	const frames = video.kind === 'none' ? '' : `, ${video.frames} frames`;
	return info(`${segments === 1 ? 'One segment' : `${segments} segments`}, ${durationS.toFixed(2)} s${frames}.`);
}

/** Bits a pixel below which a picture breaks into blocks. */
const BITS_A_PIXEL = 0.03;
/** Pixels of a GIF beyond which it gets too heavy for where GIFs go. */
const HEAVY_GIF = 60e6;

/** What a limit of the size, or a GIF, means for the picture. */
export function limitNotes(task: ExportTask): PlanNote[] {
	const { video } = task;
	if (video.kind === 'gif' && video.frames * video.size.width * video.size.height > HEAVY_GIF) {
		return [warning('A GIF this long gets very large. Make it shorter or smaller, or choose MP4.')];
	}
	const encoded = encodedVideo(task);
	if (encoded === undefined || !('maxBytes' in encoded.quality)) return [];
	const bitrate = videoBitrate(task);
	const megabytes = (encoded.quality.maxBytes / 1e6).toFixed(1).replace(/\.0$/, '');
	const left = `${(bitrate / 1e6).toFixed(2)} Mbit/s for the picture, so that the film fits into ${megabytes} MB`;
	const pixels = encoded.size.width * encoded.size.height * videoRate(task);
	if (bitrate >= pixels * BITS_A_PIXEL) return [info(`${left}.`)];
	return [warning(`${left}: that is little for ${sizeText(encoded.size)}. Choose a smaller size.`)];
}
