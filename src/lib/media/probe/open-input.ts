import { ALL_FORMATS, BlobSource, HlsInputFormat, Input } from 'mediabunny';

/** A playlist names other files, which a single picked file cannot bring along. */
const FILE_FORMATS = ALL_FORMATS.filter((format) => !(format instanceof HlsInputFormat));

/** Opens `file` for reading by range; `onRead` is told how far into the file reading has come, in bytes. Dispose it. */
export function openInput(file: Blob, onRead: (position: number) => void): Input {
	const source = new BlobSource(file, { handleUnhandledError: () => undefined });
	source.on('read', ({ end }) => onRead(end));
	return new Input({ source, formats: FILE_FORMATS });
}

const CONTAINERS: Readonly<Record<string, string>> = {
	MP4: 'mp4',
	'QuickTime File Format': 'mov',
	Matroska: 'mkv',
	WebM: 'webm',
	'MPEG Transport Stream': 'ts',
	Ogg: 'ogg',
	WAVE: 'wav',
	MP3: 'mp3',
	FLAC: 'flac',
	ADTS: 'aac',
};

/** Short name of a container: mp4, mov, mkv … */
export const containerName = (format: string): string => CONTAINERS[format] ?? format.toLowerCase();
