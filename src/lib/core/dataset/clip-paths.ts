/** The caption beside a clip: its path with `.txt`; a folder of pictures has no ending to lose. */
export function captionPath(clip: string): string {
	return `${stemOf(clip)}.txt`;
}

/** The WAV beside a folder of pictures. */
export const soundPath = (clip: string): string => `${stemOf(clip)}.wav`;

/** A clip is a file with an ending; a folder of pictures has none of ours. */
export const isFolderOfPictures = (clip: string): boolean => !/\.(mp4|webm|mov|mkv|m4a|mp3|wav|gif)$/iu.test(clip);

const stemOf = (clip: string): string => (isFolderOfPictures(clip) ? clip : clip.slice(0, clip.lastIndexOf('.')));
