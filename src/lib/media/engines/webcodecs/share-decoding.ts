import type { ExportTask } from '#core/export/export-task';

/** Outputs that grow at once: each holds an encoder and a file open. */
const AT_ONCE = 8;
/** Spans this close are decoded in one go: starting anew costs more than the few frames between, in seconds. */
const NEAR_S = 0.5;

interface Span {
	readonly task: ExportTask;
	readonly order: number;
	readonly media: string;
	readonly inS: number;
	readonly outS: number;
}

/**
 * The tasks in groups that are made together: what is in a group takes one piece each, of the same file, and overlaps (or nearly touches)
 * another of the group, so that decoding the file once serves all. Groups are in the order of their first task, and so are the tasks in them.
 */
export function shareDecoding(tasks: readonly ExportTask[]): readonly (readonly ExportTask[])[] {
	const groups: Span[][] = [];
	for (const span of tasks.map(spanOf).sort((a, b) => a.inS - b.inS || a.order - b.order)) {
		const group = groups.find((candidate) => belongs(span, candidate));
		if (group === undefined) groups.push([span]);
		else group.push(span);
	}
	return groups
		.map((group) => group.sort((a, b) => a.order - b.order))
		.sort(([a], [b]) => (a?.order ?? 0) - (b?.order ?? 0))
		.map((group) => group.map(({ task }) => task));
}

function spanOf(task: ExportTask, order: number): Span {
	const pieces = task.pieces;
	return {
		task,
		order,
		media: pieces[0]?.media ?? '',
		inS: Math.min(...pieces.map(({ inS }) => inS)),
		outS: Math.max(...pieces.map(({ outS }) => outS)),
	};
}

/** `group` is in order of IN, and `span` comes after all of it. */
function belongs(span: Span, group: readonly Span[]): boolean {
	if (!isDecodedOnce(span.task) || !group.every(({ task, media }) => isDecodedOnce(task) && media === span.media))
		return false;
	const open = group.filter(({ outS }) => outS > span.inS).length;
	return open < AT_ONCE && group.some(({ outS }) => outS + NEAR_S >= span.inS);
}

/** A film takes its pieces one after the other, and copied packets are not decoded. */
const isDecodedOnce = ({ pieces, video, audio }: ExportTask): boolean =>
	pieces.length === 1 && video.kind !== 'copy' && video.kind !== 'gif' && audio.kind !== 'copy';
