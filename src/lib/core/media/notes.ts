import { codecName } from './codec-name.ts';
import type { AudioFacts, VideoFacts } from './media-facts.ts';

interface Findings {
	readonly video: VideoFacts | undefined;
	readonly audio: AudioFacts | undefined;
	readonly decodable: { readonly video: boolean; readonly audio: boolean };
	/** When the last frame that is there ends, in seconds. */
	readonly endS: number;
	/** When it would end if the file were whole, in seconds. */
	readonly promisedEndS: number | undefined;
	readonly severalEdits: boolean;
}

/** What the person may want to know of a file, one sentence each. */
export function notesOn({ video, audio, decodable, endS, promisedEndS, severalEdits }: Findings): string[] {
	const notes: string[] = [];
	if (promisedEndS !== undefined)
		notes.push(
			`The file is cut off: ${seconds(endS)} of ${seconds(promisedEndS)} are there and can be played and exported. Copy or download it again for the rest.`,
		);
	if (severalEdits)
		notes.push('The file plays several spans of its track; Octocut shows the track from the first span on.');
	if (video?.hdr)
		notes.push('HDR picture: bright parts may look different in exports, which are made in standard range.');
	if (video?.variableRate)
		notes.push(
			'Variable frame rate: every frame keeps its own time; choose a constant rate in the export if you need one.',
		);
	if (video && !decodable.video)
		notes.push(
			`This browser cannot decode ${codecName(video.codec)}: it is shown as a small preview, and ffmpeg makes the exports.`,
		);
	if (audio && !decodable.audio) notes.push(`This browser cannot decode its sound (${codecName(audio.codec)}).`);
	return notes;
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;
