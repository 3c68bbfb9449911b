import { WHOLE_FRAME, resolveCrop, type CropState, type Size } from '../crop/crop.ts';
import { pathAt, pathPoints } from '../crop/camera-path.ts';
import { followed } from '../crop/crop-span.ts';
import { smoothCropAt, type CropTrack } from '../crop/crop-track.ts';
import type { MediaFacts } from '../media/media-facts.ts';
import type { OspClip, OspCropPoint, OspMedia, OspProject } from './osp-shapes.ts';

/** A cut of a file as it goes into an OpenShot project; times on the file's own timeline, in seconds. */
export interface OspCut {
	readonly facts: MediaFacts;
	readonly name: string;
	readonly inS: number;
	readonly outS: number;
	/** Crop of the cut alone; it goes before the track. */
	readonly crop?: CropState | undefined;
	readonly track?: CropTrack | undefined;
}

/**
 * The OpenShot project of cuts in their order. Its canvas has the shape of the first cut's crop (a common size where there is one), its rate
 * is that of the first file with a picture. A crop of another shape is filled. `notes` are sentences for the person.
 */
export function ospProjectOf(id: string, cuts: readonly OspCut[]): { project: OspProject; notes: string[] } {
	const files = [...new Map(cuts.map(({ facts }) => [facts.fingerprint, facts])).values()];
	const lead = cuts.find(({ facts }) => facts.video !== undefined);
	const canvas = lead === undefined ? { width: 1280, height: 720 } : canvasOf(lead);
	const fps = lead?.facts.video?.fps ?? { num: 30, den: 1 };
	const project = {
		id,
		...canvas,
		fps,
		media: files.map(mediaOf),
		clips: cuts.map((cut) => clipOf(cut, canvas)),
	};
	return { project, notes: notesOf(cuts, files) };
}

const sizeOf = ({ video }: MediaFacts): Size => ({ width: video?.width ?? 1, height: video?.height ?? 1 });

const cropAtStart = ({ crop, track, inS }: OspCut): CropState =>
	track === undefined ? (crop ?? WHOLE_FRAME) : crop === undefined ? stateAt(track, inS) : followed(crop, track, inS);

/** A keyframe written with three digits is still on its frame. */
const stateAt = (track: CropTrack, timeS: number): CropState =>
	followed(smoothCropAt(track, timeS + 1e-3), track, timeS + 1e-3);

const COMMON: readonly Size[] = [
	{ width: 1920, height: 1080 },
	{ width: 1080, height: 1920 },
	{ width: 1080, height: 1080 },
];

/** The crop's pixels; for the common shapes, when the source is sharp enough, the size that OpenShot has a profile for. */
function canvasOf(cut: OspCut): Size {
	const frame = sizeOf(cut.facts);
	const crop = cropAtStart(cut);
	const { width, height } = resolveCrop(crop, frame);
	const ratio = crop.ratio ?? frame;
	const common = COMMON.find((size) => Math.abs((size.width * ratio.height) / (size.height * ratio.width) - 1) < 1e-3);
	return common !== undefined && Math.min(width, height) >= 600 ? common : { width, height };
}

function mediaOf(facts: MediaFacts): OspMedia {
	const [sound] = facts.audio;
	return {
		key: facts.fingerprint,
		name: facts.name,
		bytes: facts.bytes,
		durationS: facts.durationS,
		hasVideo: facts.video !== undefined,
		hasAudio: sound !== undefined,
		...sizeOf(facts),
		rotation: facts.video?.rotation ?? 0,
		fps: facts.video?.fps ?? { num: 30, den: 1 },
		videoCodec: facts.video?.codec ?? '',
		audioCodec: sound?.codec ?? '',
		sampleRateHz: sound?.sampleRateHz ?? 0,
		channels: sound?.channels ?? 0,
	};
}

function clipOf(cut: OspCut, canvas: Size): OspClip {
	const first = cut.facts.firstTimestampS;
	const point = (atS: number, crop: CropState, smooth: boolean): OspCropPoint => ({
		atS: atS - first,
		...placeOf(crop, sizeOf(cut.facts), canvas),
		smooth,
	});
	const points: OspCropPoint[] = [];
	if (cut.facts.video !== undefined) {
		const { track } = cut;
		points.push(point(cut.inS, cropAtStart(cut), false));
		const inside = cut.crop !== undefined ? [] : (track?.keyframes.filter(({ atS }) => isInside(atS, cut)) ?? []);
		const smooth = track?.interpolation === 'smooth';
		for (const { atS, crop } of inside) {
			if (pathAt(track?.paths, atS) === undefined)
				points.push(point(atS, crop, smooth && comesEvenly(track, atS, crop)));
		}
		points.push(...followedPoints(cut).map(({ atS, crop, even }) => point(atS, crop, even)));
		points.sort((a, b) => a.atS - b.atS);
		const last = points.at(-1);
		const end = track === undefined || cut.crop !== undefined ? undefined : smoothCropAt(track, cut.outS);
		if (smooth && last !== undefined && end !== undefined && track !== undefined) {
			const place = point(cut.outS, end, comesEvenly(track, cut.outS, end));
			if (place.x !== last.x || place.y !== last.y || place.zoom !== last.zoom) points.push(place);
		}
	}
	return { media: cut.facts.fingerprint, name: cut.name, inS: cut.inS - first, outS: cut.outS - first, crop: points };
}

/** How far a crop keyframe may be off the camera path that it stands for: two pixels of 1080p. */
const PATH_TOLERANCE = 1 / 960;

/** The camera paths of a cut as keyframes. */
function followedPoints({ crop, track, inS, outS }: OspCut): { atS: number; crop: CropState; even: boolean }[] {
	return (track?.paths ?? []).flatMap((path) => {
		const span = { inS: Math.max(inS, path.inS), outS: Math.min(outS, path.outS) };
		if (track === undefined || span.outS <= span.inS) return [];
		const points = pathPoints(path, PATH_TOLERANCE).filter(({ atS }) => isInside(atS, span));
		return [span.inS, ...points.map(({ atS }) => atS), span.outS - 2e-3].map((atS, n) => ({
			atS,
			crop: followed(crop ?? smoothCropAt(track, atS), track, atS),
			even: n > 0,
		}));
	});
}

const isInside = (atS: number, { inS, outS }: Pick<OspCut, 'inS' | 'outS'>): boolean =>
	atS > inS + 1e-3 && atS < outS - 1e-3;

/** Whether a smooth track moves right up to `atS`; it jumps there when no keyframe stands before, or one of another shape. */
function comesEvenly(track: CropTrack, atS: number, crop: CropState): boolean {
	const before = track.keyframes.filter((keyframe) => keyframe.atS < atS - 1e-3).at(-1);
	if (before === undefined) return false;
	const [a, b] = [before.crop.ratio, crop.ratio];
	return a === null || b === null ? a === b : a.width * b.height === b.width * a.height;
}

/** Centre and zoom, for a canvas of its own shape, of the part that `crop` keeps: the box as pixels, filled to the canvas' shape. */
function placeOf(crop: CropState, frame: Size, canvas: Size): { x: number; y: number; zoom: number } {
	const box = resolveCrop(crop, frame);
	const shape = canvas.width / canvas.height;
	const widest = Math.min(frame.width, frame.height * shape);
	const width = Math.min(box.width, box.height * shape);
	// Even pixels make the box's shape a little different from the canvas: less than that is the crop as it was meant.
	const meant = crop.ratio === null ? frame.width / frame.height : crop.ratio.width / crop.ratio.height;
	const zoom = Math.abs(meant / shape - 1) < 0.01 ? crop.zoom : Math.max(1, widest / width);
	return {
		x: clampCentre((box.x + box.width / 2) / frame.width, widest / zoom / frame.width),
		y: clampCentre((box.y + box.height / 2) / frame.height, widest / shape / zoom / frame.height),
		zoom,
	};
}

/** No canvas stays empty at the edge of the picture. */
const clampCentre = (centre: number, share: number): number =>
	share >= 1 ? 0.5 : Math.min(Math.max(centre, share / 2), 1 - share / 2);

function notesOf(cuts: readonly OspCut[], files: readonly MediaFacts[]): string[] {
	const names = files.map(({ name }) => name);
	const twice = names.find((name, i) => names.indexOf(name) !== i);
	const quoted = names.find((name) => name.includes('"'));
	const shapes = new Set(cuts.map((cut) => shapeText(cropAtStart(cut).ratio ?? sizeOf(cut.facts))));
	return [
		files.length === 1
			? 'Keep the project in the same folder as its video: it is found there by its name.'
			: 'Keep the project in the same folder as its videos: they are found there by their names.',
		...(twice === undefined ? [] : [`Two files are called “${twice}”: OpenShot will take one of them for both.`]),
		...(quoted === undefined
			? []
			: [`OpenShot cannot open a file with a double quote in its name (${quoted}): rename it first.`]),
		...(shapes.size > 1 ? ['OpenShot has one canvas: crops of other shapes than the first fill it.'] : []),
	];
}

const shapeText = ({ width, height }: { readonly width: number; readonly height: number }): string =>
	(width / height).toFixed(2);
