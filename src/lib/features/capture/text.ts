import { formatShortTime, formatTimecode } from '#core/time/timecode';

const clock = (seconds: number): string => formatTimecode(seconds, { decimals: 1 });

/** "30 s", "2 min". */
export const lengthText = (seconds: number): string =>
	seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : `${Number(seconds.toFixed(2))} s`;

/** Every word of Now playing. */
export const text = {
	title: 'Now playing',
	sessions: 'What plays now',
	loading: 'Asking the media servers',
	noServer: 'Connect a server to see what plays on Plex, Jellyfin or Emby, and to take screenshots and clips of it.',
	noSources: 'No media server yet',
	noSourcesWords:
		'Add your Plex, Jellyfin or Emby in Settings. What plays there shows here, ready for a screenshot or a clip.',
	addSource: 'Add a media server',
	nothing: 'Nothing plays',
	nothingWords:
		'Start a film on the TV, a phone or in a browser: it shows here within seconds. One press takes a screenshot of it, or the last 30 seconds as a clip.',
	noAnswer: 'No media server answers',
	noAnswerWords: 'What plays shows here as soon as one does.',
	retry: 'Try again',
	settings: 'Settings',
	sourceFailed: (name: string): string => `${name} cannot be asked what plays. Look at it in Settings.`,
	sourcesWell: (names: readonly string[]): string => `Watching ${names.join(', ')}`,
	states: { playing: 'Playing', paused: 'Paused', buffering: 'Waiting for data' },
	live: 'Live',
	clock: formatShortTime,
	progress: (title: string): string => `Position in “${title}”`,
	transcoding: 'Plays in smaller quality there; captures are taken from the original.',
	mediaServers: 'To the media servers',
	screenshot: 'Screenshot',
	screenshotOf: (title: string): string => `Take a screenshot of “${title}” as it is now`,
	clips: 'Clip of the last',
	seconds: (seconds: number): string => `${seconds} s`,
	lastSeconds: (seconds: number, title: string): string => `Clip the last ${lengthText(seconds)} of “${title}”`,
	more: 'Choose exactly',
	moreOf: (title: string): string => `Choose exactly what to take of “${title}”`,
	openInEditor: 'Open in editor',
	editing: 'Opening',
	hint: 'One press is enough: what you take lands in the gallery.',
	taking: {
		screenshot: (atS: number): string => `Screenshot at ${formatShortTime(atS)}`,
		clip: (startS: number, endS: number): string => `Clip ${formatShortTime(startS)} to ${formatShortTime(endS)}`,
	},
	sending: 'Asking the server',
	making: (share: number): string => `Making it, ${Math.round(share * 100)} %`,
	done: 'Saved',
	announce: (what: string, state: 'complete' | 'failed' | 'unsent', message: string): string =>
		state === 'complete' ? `${what} is in the gallery.` : `${what} was not made. ${message}`,
	openInGallery: 'Open in gallery',
	gallery: 'Gallery',
	share: 'Share',
	sendFile: 'Send the file',
	linkCopied: (until: string): string => `The link is copied. It ${until}.`,
	linkMade: (url: string, until: string): string => `${url} ${until}.`,
	linkUntil: (day: string | undefined): string => (day === undefined ? 'does not end' : `works until ${day}`),
	edit: 'Edit',
	save: 'Save to this device',
	copy: 'Copy the screenshot',
	copied: 'The screenshot is in the clipboard.',
	cannotCopy: 'This browser does not let screenshots into the clipboard. Save it instead.',
	cannotFetch: 'The capture could not be fetched. Check the connection to the server, then try again.',
	moreFor: (what: string): string => `More for ${what}`,
	dismiss: (what: string): string => `Take ${what} from this list`,
	added: (name: string, project: string): string => `“${name}” is a segment of “${project}” now.`,
	cannotEdit: (title: string): string =>
		`“${title}” could not be opened in the editor. Look at the library of this device for the reason.`,
} as const;

/** Every word of the form. */
export const formText = {
	title: (title: string): string => `Take from “${title}”`,
	type: 'What to take',
	types: { clip: 'Clip', screenshot: 'Screenshot' },
	which: 'Which part',
	spans: { last: 'The last …', exact: 'From … to …' },
	last: 'Seconds before now',
	own: 'Own',
	ownSeconds: 'Own length',
	now: (at: number): string => `Counted from ${clock(at)}`,
	again: 'Set to now',
	start: 'Start',
	end: 'End',
	at: 'Moment',
	strip: 'Pictures around it; press one to move the chosen edge there',
	stripWaits: 'Fetching pictures',
	noFrames: 'No pictures can be shown of this film. Times can be typed all the same.',
	frameBack: (edge: string): string => `${edge} one frame earlier`,
	frameOn: (edge: string): string => `${edge} one frame later`,
	secondBack: (edge: string): string => `${edge} one second earlier`,
	secondOn: (edge: string): string => `${edge} one second later`,
	earlier: 'Show earlier',
	later: 'Show later',
	closer: 'Show less time, larger',
	wider: 'Show more time',
	handle: (edge: string, at: number): string => `${edge}, ${formatTimecode(at)}`,
	invalid: 'This is no time. Type seconds, m:ss or h:mm:ss.',
	outside: (end: number): string => `The film ends at ${formatTimecode(end)}. Type an earlier time.`,
	order: 'The clip ends before it begins. Move its end after its start.',
	mode: 'How',
	modes: { fast: 'Fast', precise: 'Precise' },
	fastHint: 'Copies the film as it is: done at once, in full quality, from the key frame before the start on.',
	preciseHint: 'Makes it anew: starts on the very frame, and can be cropped, smaller and with subtitles.',
	fastStart: (start: number, earlier: number): string =>
		earlier < 0.05
			? `Starts at ${clock(start)}, on a key frame.`
			: `Starts at ${clock(start)}, ${earlier.toFixed(1)} s earlier.`,
	fastUnknown: 'Starts at the key frame before the start; where that is, is not known yet.',
	format: 'Format',
	formats: { mp4: 'MP4', webm: 'WebM', gif: 'GIF', mp3: 'MP3', jpeg: 'JPEG', png: 'PNG', webp: 'WebP' },
	quality: 'Quality',
	qualityWords: (quality: number): string => {
		const word =
			quality >= 90
				? 'as good as the film'
				: quality >= 70
					? 'very good'
					: quality >= 50
						? 'good'
						: quality >= 30
							? 'small file'
							: 'rough';
		return `${word} (${quality})`;
	},
	lossless: 'PNG keeps every pixel as it is.',
	size: 'Short side',
	sizes: (pixels: number | null): string => (pixels === null ? 'As the film' : `${pixels} px`),
	ratio: 'Shape',
	ratioNone: 'Whole',
	centre: 'Part of the picture that is kept; drag it, or move it with the arrow keys',
	subtitles: 'Subtitles',
	subtitlesNone: 'None',
	subtitlesPlaying: (label: string): string => `${label} (shows there now)`,
	subtitlesFail: (label: string, reason: string): string => `${label}: ${reason}`,
	noSubtitles: 'This film has no subtitles.',
	hdr: 'The film has a high dynamic range; it is brought to the colours of usual screens.',
	loading: 'Looking at the film',
	noSound: 'The film has no sound, so MP3 cannot be chosen.',
	comes: 'What comes out',
	lengthOf: (seconds: number): string => `${seconds.toFixed(1)} s`,
	sizeUnknown: 'size of the picture not available',
	bytesUnknown: 'size of the file not available',
	about: (bytes: string): string => `about ${bytes}`,
	short: (at: number): string => `The film has run for ${clock(at)} only, so the clip is shorter.`,
	take: { clip: 'Take clip', screenshot: 'Take screenshot' },
} as const;
