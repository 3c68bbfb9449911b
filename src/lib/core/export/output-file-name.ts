import type { ExportTask } from './export-task.ts';

/** The name an output has if it is free: "clip_001.mp4", or with a counter "clip_001_2.mp4"; a folder of pictures has no extension. */
export const outputFileName = ({ name, extension }: ExportTask['output'], counter = 1): string =>
	`${name}${counter === 1 ? '' : `_${counter}`}${extension === '' ? '' : `.${extension}`}`;

/** Name of the sound beside an output whose sound is a file of its own: "clip_001.wav". */
export const soundFileName = (output: ExportTask['output'], counter = 1): string =>
	outputFileName({ ...output, extension: 'wav' }, counter);

export type PictureFormat = Extract<ExportTask['video'], { kind: 'frames' }>['format'];
export type PictureExtension = 'webp' | 'png' | 'jpg';

export const pictureExtension = (format: PictureFormat): PictureExtension => (format === 'jpeg' ? 'jpg' : format);

/** Name of picture `n` (counted from 1) in its folder: "frame_0001.webp". */
export const pictureFileName = (format: PictureFormat, n: number): string =>
	`frame_${n.toString().padStart(4, '0')}.${pictureExtension(format)}`;
