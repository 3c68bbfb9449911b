import type { CropTrack } from '#core/crop/crop-track';
import { planExport } from '#core/export/export-plan';
import type { ExportSettings } from '#core/export/export-settings';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import type { ExportRequest } from '$lib/jobs/export-request';
import type { Destination } from '$lib/storage/job-record';
import type { Fitted } from './fit-segments.ts';
import type { LeftOut } from './left-out.ts';
import { text } from './text.ts';

/** A file with what it was given. */
export interface GivenFile {
	readonly facts: MediaFacts;
	readonly index: FrameIndex | undefined;
	readonly track: CropTrack;
	readonly spans: Fitted['segments'];
}

export interface PlannedExports {
	readonly requests: readonly ExportRequest[];
	/** How many files give clips. */
	readonly files: number;
	readonly left: readonly LeftOut[];
}

/** Plans the clips of every file on its own: one that cannot be exported is named and stops none of the others. */
export function planExports(
	given: readonly GivenFile[],
	{ settings, destination }: { readonly settings: ExportSettings; readonly destination: Destination },
	now: Date,
): PlannedExports {
	const requests: ExportRequest[] = [];
	const left: LeftOut[] = [];
	for (const { facts, index, track, spans } of given) {
		const { name } = facts;
		const plan = planExport({
			selection: spans
				.filter(({ selected }) => selected)
				.map((segment) => ({ segment: { ...segment, media: facts.fingerprint }, crop: track.base, track })),
			factsOf: () => facts,
			indexOf: () => index,
			settings,
			now,
			newId: () => crypto.randomUUID(),
		});
		if (!plan.ok) {
			left.push({ name, why: [...new Set(plan.error.map((failure) => failure.text))].join(' ') });
			continue;
		}
		const { tasks, notes } = plan.value;
		if (tasks.length === 0) left.push({ name, why: text.nothingFits });
		for (const task of tasks) {
			requests.push({ task, facts: [facts], engineChoice: settings.engine, destination, notes });
		}
	}
	return { requests, files: given.length - left.length, left };
}
