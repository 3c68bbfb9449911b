import * as z from 'zod';

/** Who may be followed, as a person chooses it. */
export const SubjectKind = z.enum(['people', 'faces', 'animals', 'vehicles', 'anything']);
export type SubjectKind = z.infer<typeof SubjectKind>;

/** The detector's names for each kind: those of COCO, and of face detectors. None: whatever it finds. */
export const LABELS_OF: Readonly<Record<SubjectKind, readonly string[]>> = {
	people: ['person'],
	faces: ['face'],
	animals: ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
	vehicles: ['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'],
	anything: [],
};

/** The kind whose names these are; `anything` when there is none. */
export const kindOfLabels = (labels: readonly string[]): SubjectKind =>
	SubjectKind.options.find((kind) => LABELS_OF[kind].join() === labels.join()) ?? 'anything';
