import { codecName } from '#core/media/codec-name';
import { COPY_BOXES, fitInto } from '#core/media/copy-size';
import type { MediaFacts } from '#core/media/media-facts';
import type { Viewed } from './viewed.ts';

const names: Record<Viewed, string> = {
	original: 'Original',
	high: 'High',
	medium: 'Medium',
	low: 'Low',
	potato: 'Potato',
};

/** Every word of the quality switch. */
export const text = {
	label: 'Quality of the picture',
	hint: 'What you look at. Marks and exports always use the original.',
	option: (viewed: Viewed, facts: MediaFacts): string => [names[viewed], linesOf(viewed, facts)].join(' · '),
	making: (viewed: Viewed, facts: MediaFacts, share: number | undefined): string =>
		`Making the ${linesOf(viewed, facts)} copy${share === undefined ? '' : `: ${Math.round(share * 100)} %`}`,
	undecodable: (codec: string, viewed: Viewed, facts: MediaFacts): string =>
		`This browser cannot play ${codecName(codec)}, so you see a ${linesOf(viewed, facts)} copy. Exports use the original.`,
	copyFailed: (viewed: Viewed, facts: MediaFacts, why: string): string =>
		`The ${linesOf(viewed, facts)} copy could not be made. ${why}`.trim(),
	noView: (why: string): string => `Another quality could not be shown. ${why}`,
} as const;

/** "720p": pixels of the shorter side. */
function linesOf(viewed: Viewed, { video }: MediaFacts): string {
	if (video === undefined) return '';
	const { width, height } = viewed === 'original' ? video : fitInto(video, COPY_BOXES[viewed]);
	return `${Math.min(width, height)}p`;
}
