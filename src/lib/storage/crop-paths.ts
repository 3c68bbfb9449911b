import type { CropPath, Piece } from '#core/export/export-task';
import type { JobRecord } from './job-record.ts';

/** One side of a box, an entry a frame; a single entry where it never changes. */
type PackedSide = Uint16Array | Int8Array | Int32Array;

/** A path as it is kept: 2 bytes a number instead of a JavaScript value. */
export interface PackedPath {
	/** Which piece of the task it belongs to. */
	readonly piece: number;
	readonly frames: number;
	readonly x: PackedSide;
	readonly y: PackedSide;
	readonly width: PackedSide;
	readonly height: PackedSide;
	readonly fineX?: PackedSide;
	readonly fineY?: PackedSide;
}

/** Where the crop of a job's pieces moves: an entry a frame, so it is read only when the job runs. */
export interface CropPathsRow {
	readonly job: string;
	readonly paths: readonly PackedPath[];
}

type JobRow = Pick<JobRecord, 'job' | 'task' | 'moving'>;

const SIDES = ['x', 'y', 'width', 'height'] as const;

/** A job as its row holds it, and the row of its paths; undefined when it has none. */
export function splitJob<T extends JobRow>(record: T): { readonly row: T; readonly paths: CropPathsRow | undefined } {
	const { pieces, paths } = withoutPaths(record.task.pieces);
	if (paths.length === 0) return { row: record, paths: undefined };
	const moving = paths.map(({ piece }) => piece);
	return {
		row: { ...record, task: { ...record.task, pieces }, moving },
		paths: { job: record.job.id, paths },
	};
}

/** Whether a row has what `splitJob` looks at. */
export function isJobRow(row: unknown): row is JobRow {
	const { job, task } = (row instanceof Object ? row : {}) as Partial<Record<string, unknown>>;
	return (
		job instanceof Object &&
		'id' in job &&
		typeof job.id === 'string' &&
		task instanceof Object &&
		'pieces' in task &&
		Array.isArray(task.pieces) &&
		task.pieces.every((piece) => piece instanceof Object)
	);
}

/** A path that is none (rows may come from anywhere) stays where it is. */
function withoutPaths(pieces: readonly Piece[]): {
	readonly pieces: readonly Piece[];
	readonly paths: readonly PackedPath[];
} {
	const paths = pieces.flatMap(({ path }, piece) => (isPath(path) ? pack(path, piece) : []));
	const packed = new Set(paths.map(({ piece }) => piece));
	return {
		pieces: pieces.map((piece, n) => {
			if (!packed.has(n)) return piece;
			const still = { ...piece };
			delete (still as { path?: CropPath }).path;
			return still;
		}),
		paths,
	};
}

/** Pieces with their paths again. */
export function withPaths(pieces: readonly Piece[], paths: readonly PackedPath[]): readonly Piece[] {
	const byPiece = new Map(paths.map((packed) => [packed.piece, packed]));
	return pieces.map((piece, n) => {
		const packed = byPiece.get(n);
		return packed === undefined ? piece : { ...piece, path: unpack(packed) };
	});
}

function isPath(value: unknown): value is CropPath {
	if (!(value instanceof Object)) return false;
	const sides = SIDES.map((side) => (value as Partial<Record<string, unknown>>)[side]);
	const isSide = (side: unknown): side is unknown[] => Array.isArray(side) && side.every(Number.isInteger);
	return sides.every((side) => isSide(side) && side.length > 0 && side.length === (sides[0] as unknown[]).length);
}

const pack = ({ x, y, width, height, fine }: CropPath, piece: number): PackedPath => ({
	...{ piece, frames: x.length },
	...{ x: packSide(x), y: packSide(y), width: packSide(width), height: packSide(height) },
	...(fine !== undefined && { fineX: Int8Array.from(fine.x), fineY: Int8Array.from(fine.y) }),
});

function packSide(values: readonly number[]): PackedSide {
	const kept = values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
	return kept.every((value) => value >= 0 && value <= 0xffff) ? Uint16Array.from(kept) : Int32Array.from(kept);
}

function unpack({ frames, x, y, width, height, fineX, fineY }: PackedPath): CropPath {
	const side = (packed: PackedSide): number[] =>
		packed.length === 1 ? new Array<number>(frames).fill(packed[0] ?? 0) : Array.from(packed);
	return {
		...{ x: side(x), y: side(y), width: side(width), height: side(height) },
		...(fineX !== undefined && fineY !== undefined && { fine: { x: side(fineX), y: side(fineY) } }),
	};
}
