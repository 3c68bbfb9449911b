import type { CropPath, Piece } from '../export/export-task.ts';
import { framesBefore, timeOfFrame, type FrameIndex } from '../time/frame-index.ts';
import { toNumber, type Rational } from '../time/rational.ts';

/** Where a frame that starts at `us` in the file stands in the graph, in whole microseconds. */
export type Retime = (us: number) => number;

const SIDES = ['width', 'height', 'x', 'y'] as const;
const COMMANDS = { width: 'w', height: 'h', x: 'x', y: 'y' } as const;

/**
 * The filters that crop each frame of `piece` by its own box: commands between the frames change what is different, exactly when the first frame
 * of another box comes by. `name` tells several pieces of one graph apart.
 */
export function cropPathFilters(
	piece: Piece & { readonly path: CropPath },
	name: string,
	index: FrameIndex | undefined,
	fps: Rational,
	retime: Retime,
): string[] {
	const { path, crop } = piece;
	const times = frameTimes(piece, index, fps, path.x.length).map(retime);
	const target = `crop@${name}`;
	let before: Readonly<Record<(typeof SIDES)[number], number>> = {
		...{ width: path.width[0] ?? crop.width, height: path.height[0] ?? crop.height },
		...{ x: path.x[0] ?? crop.x, y: path.y[0] ?? crop.y },
	};
	const start = `${target}=${before.width}:${before.height}:${before.x}:${before.y}:exact=1`;
	const commands: string[] = [];
	for (let i = 1; i < times.length; i += 1) {
		const box = {
			...{ width: path.width[i] ?? before.width, height: path.height[i] ?? before.height },
			...{ x: path.x[i] ?? before.x, y: path.y[i] ?? before.y },
		};
		const changes = SIDES.filter((side) => box[side] !== before[side]);
		if (changes.length === 0) continue;
		const atUs = Math.ceil(((times[i - 1] ?? 0) + (times[i] ?? 0)) / 2);
		const sent = changes.map((side) => `${target} ${COMMANDS[side]} ${box[side]}`).join(', ');
		commands.push(`${(atUs / 1e6).toFixed(6)} ${sent}`);
		before = box;
	}
	// `crop` tells its new size to the next filter's own record of it: `scale` would never see a change if it stood there.
	return commands.length === 0 ? [start] : [`sendcmd=c='${commands.join('; ')}'`, start, 'null'];
}

/** When the first `count` frames of the piece start, in microseconds on the file's own timeline. */
function frameTimes({ inS }: Piece, index: FrameIndex | undefined, fps: Rational, count: number): number[] {
	const first = index === undefined ? 0 : framesBefore(index, inS);
	const timeS = (i: number): number => (index === undefined ? inS + i / toNumber(fps) : timeOfFrame(index, first + i));
	return Array.from({ length: count }, (_, i) => Math.round(timeS(i) * 1e6));
}
