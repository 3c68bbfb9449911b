import type { ExportTask } from './export-task.ts';

/** The name an output has if it is free: "clip_001.mp4", or with a counter "clip_001_2.mp4". */
export const outputFileName = ({ name, extension }: ExportTask['output'], counter = 1): string =>
	`${name}${counter === 1 ? '' : `_${counter}`}.${extension}`;
