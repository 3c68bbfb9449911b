import type { MediaFacts } from '#core/media/media-facts';
import type { Inspection } from './inspection.ts';

/** Codecs that our build of ffmpeg cannot decode either. */
const NOT_IN_FFMPEG: ReadonlySet<string> = new Set(['av1']);

/** How this browser shows the file. Asks a media element, so it runs on the page. */
export function playabilityOf({ facts, mimeType, decodable }: Inspection): MediaFacts['playable'] {
	if (facts.video === undefined && facts.audio.length === 0) return 'no';
	if (decodable.video && elementPlays(mimeType)) return 'native';
	if (facts.video === undefined) return decodable.audio ? 'webcodecs' : 'preview';
	if (decodable.video) return 'webcodecs';
	return NOT_IN_FFMPEG.has(facts.video.codec) ? 'no' : 'preview';
}

function elementPlays(mimeType: string): boolean {
	// Browsers read QuickTime files with their MP4 reader but answer only for the name of the latter.
	const asked = mimeType.replace('video/quicktime', 'video/mp4');
	return document.createElement('video').canPlayType(asked) !== '';
}
