import * as z from 'zod';
import type { CropState } from '../crop/crop.ts';
import { reduce } from '../time/rational.ts';
import type { Imported, ListedSpan, Remark } from './imported.ts';
import { unreadable } from './imported.ts';
import { parseJson } from './json-text.ts';
import { GRAVITY_CENTRE, overhang, SCALE_CROP, turned, turnScale } from './osp-clip.ts';
import { bareName } from './quoted-names.ts';

const Curve = z.looseObject({
	Points: z.array(z.looseObject({ co: z.looseObject({ X: z.number(), Y: z.number() }) })),
});
const MaybeCurve = Curve.optional().catch(undefined);
const Side = z.number().positive().optional().catch(undefined);
const File = z.looseObject({
	id: z.string().optional(),
	path: z.string().optional(),
	width: Side,
	height: Side,
	has_single_image: z.boolean().optional().catch(undefined),
});
const Clip = z.looseObject({
	id: z.string().optional(),
	file_id: z.string().optional(),
	title: z.string().optional().catch(undefined),
	position: z.number(),
	start: z.number().nonnegative(),
	end: z.number().positive(),
	layer: z.number().optional().catch(undefined),
	reader: File.optional().catch(undefined),
	scale: z.number().optional().catch(undefined),
	gravity: z.number().optional().catch(undefined),
	effects: z.array(z.unknown()).optional().catch(undefined),
	time: MaybeCurve,
	rotation: MaybeCurve,
	location_x: MaybeCurve,
	location_y: MaybeCurve,
	scale_x: MaybeCurve,
	scale_y: MaybeCurve,
});
type Clip = z.infer<typeof Clip>;
const Project = z.looseObject({
	width: Side,
	height: Side,
	clips: z.array(z.unknown()),
	files: z.array(z.unknown()),
	version: z.looseObject({ 'openshot-qt': z.string().optional() }).optional().catch(undefined),
});

/** The newest OpenShot whose projects are known here. */
const KNOWN_MAJOR = 3;

/**
 * Reads the clips of an OpenShot project (`.osp`) in order of their place on the timeline. A crop that stands still on a clip is read too;
 * moving ones, effects and changes of speed stay behind with a note.
 */
export function readOsp(text: string): Imported {
	const parsed = Project.safeParse(parseJson(text));
	if (!parsed.success) return unreadable('this is not an OpenShot project that can be read');
	const project = parsed.data;
	const [skipped, notes]: [Remark[], Remark[]] = [[], []];
	const version = project.version?.['openshot-qt'] ?? '';
	if (Number.parseInt(version, 10) > KNOWN_MAJOR)
		notes.push({
			line: 0,
			reason: `it was written by OpenShot ${version}, which is newer than what is known here: check the cuts`,
		});
	const clips: { clip: Clip; at: number }[] = [];
	project.clips.forEach((raw, i) => {
		const clip = Clip.safeParse(raw);
		if (clip.success) clips.push({ clip: clip.data, at: i + 1 });
		else
			skipped.push({ line: 0, reason: `clip ${i + 1} cannot be read (${clip.error.issues[0]?.path.join('.') ?? ''})` });
	});
	clips.sort((a, b) => a.clip.position - b.clip.position || a.at - b.at);
	const ids = new Set<string>();
	const files = project.files.flatMap((raw) => {
		const file = File.safeParse(raw);
		return file.success ? [file.data] : [];
	});
	const spans = clips.flatMap(({ clip, at }): ListedSpan[] => {
		const called = `clip ${at}${clip.title === undefined ? '' : ` “${clip.title.slice(0, 60)}”`}`;
		const file = files.find(({ id }) => id !== undefined && id === clip.file_id) ?? clip.reader;
		if (clip.id !== undefined && ids.has(clip.id))
			notes.push({ line: 0, reason: `${called} has the id of another clip; both were read` });
		ids.add(clip.id ?? '');
		const refused = (reason: string): [] => {
			skipped.push({ line: 0, reason: `${called} ${reason}` });
			return [];
		};
		if (file?.path === undefined) return refused('is of a file that the project does not name');
		if (file.has_single_image === true) return refused('is a still picture');
		if (clip.end <= clip.start) return refused('ends before it starts');
		for (const left of leftBehind(clip)) notes.push({ line: 0, reason: `${called}: ${left}` });
		const mediaName = bareOspName(file.path);
		const crop = stillCrop(clip, file, project);
		return [
			{
				inS: clip.start,
				outS: clip.end,
				name: clip.title === undefined || clip.title === mediaName ? '' : clip.title,
				mediaName,
				...(crop === undefined ? {} : { crop }),
			},
		];
	});
	if (spans.length === 0 && skipped.length === 0) return unreadable('the project has no clips');
	return { spans, skipped, notes };
}

/** Paths of OpenShot are no URLs: a percent sign stands for itself. */
const bareOspName = (path: string): string => bareName(path.replaceAll('%', '%25'));

function leftBehind(clip: Clip): string[] {
	const moves = [clip.location_x, clip.location_y, clip.scale_x, clip.scale_y].some((curve) => !isStill(curve));
	return [
		...(isStill(clip.time) ? [] : ['its change of speed was left out']),
		...(moves ? ['its moving crop was left out'] : []),
		...((clip.effects ?? []).length > 0 ? ['its effects were left out'] : []),
	];
}

const isStill = (curve: z.infer<typeof MaybeCurve>): boolean => new Set(curve?.Points.map(({ co }) => co.Y)).size <= 1;
const valueOf = (curve: z.infer<typeof MaybeCurve>, absent: number): number => curve?.Points[0]?.co.Y ?? absent;

/** The crop that the clip's place on the canvas amounts to; undefined when it moves, shows the whole picture or leaves some canvas empty. */
function stillCrop(
	clip: Clip,
	file: z.infer<typeof File> | undefined,
	canvas: z.infer<typeof Project>,
): CropState | undefined {
	const [width, height, wide, high] = [canvas.width, canvas.height, file?.width, file?.height];
	if (width === undefined || height === undefined || wide === undefined || high === undefined) return undefined;
	if (clip.scale !== SCALE_CROP || clip.gravity !== GRAVITY_CENTRE) return undefined;
	const curves = [clip.location_x, clip.location_y, clip.scale_x, clip.scale_y, clip.rotation];
	const degrees = valueOf(clip.rotation, 0);
	if (!curves.every(isStill) || degrees % 90 !== 0) return undefined;
	if (Math.abs(valueOf(clip.scale_x, 1) - valueOf(clip.scale_y, 1)) > 1e-6) return undefined;
	const [shown, space] = [turned({ width: wide, height: high }, degrees), { width, height }];
	const exact = valueOf(clip.scale_x, 1) / turnScale(shown, degrees, space);
	const zoom = Math.abs(exact - 1) < 1e-9 ? 1 : exact;
	if (zoom < 1 || zoom > 32) return undefined;
	const over = overhang(shown, space);
	const x = 0.5 - valueOf(clip.location_x, 0) / (over.x * zoom);
	const y = 0.5 - valueOf(clip.location_y, 0) / (over.y * zoom);
	const [farX, farY] = [0.5 / (over.x * zoom), 0.5 / (over.y * zoom)].map((half) => half - 1e-6) as [number, number];
	if (x < farX || x > 1 - farX || y < farY || y > 1 - farY) return undefined;
	if (zoom === 1 && Math.abs(over.x * over.y - 1) < 1e-3) return undefined;
	const shape = reduce({ num: Math.round(width), den: Math.round(height) });
	return {
		ratio: { width: shape.num, height: shape.den },
		centre: { x, y },
		zoom,
		randomPortrait: false,
		randomSquare: false,
	};
}
