import type { SubtitleFacts } from '../media/media-facts.ts';
import type { z } from 'zod';
import type { MovieTrack } from './movie.ts';

type Subtitle = z.infer<typeof SubtitleFacts>;

const TEXT_HANDLERS = ['sbtl', 'subt', 'text', 'clcp'];

/** The subtitle tracks among `tracks`; titles of chapters are none. */
export const subtitlesOf = (tracks: readonly MovieTrack[]): Subtitle[] =>
	tracks.flatMap(({ handler, format, language, chapters }): Subtitle[] => {
		if (handler === 'subp') return [{ codec: format, language, kind: 'picture' }];
		return TEXT_HANDLERS.includes(handler) && !chapters ? [{ codec: format, language, kind: 'text' }] : [];
	});
