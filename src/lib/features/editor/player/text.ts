import { failureText, type Failure } from '#core/failure';
import { formatTimecode } from '#core/time/timecode';

/** Every word of the player. */
export const text = {
	player: 'Player',
	picture: (name: string): string => `Picture of ${name}`,
	soundOnly: 'Sound only',
	loading: 'Opening the file…',
	seeking: 'Finding the exact frame…',
	cannotPlay: (name: string): string => `“${name}” cannot be shown in this browser.`,
	away: (name: string): string => `The server of “${name}” is away. It goes on by itself when it is back.`,
	needsPreview: (name: string): string =>
		`This browser cannot play “${name}” itself. A small preview can be made here, on this device; exports still use the file itself.`,
	makePreview: 'Make a preview',
	makingPreview: 'Making a preview',
	cancel: 'Cancel',
	retry: 'Try again',

	transport: 'Playback',
	toStart: 'First frame',
	stepBack: 'One frame back',
	play: 'Play',
	pause: 'Pause',
	stepForward: 'One frame forward',
	toEnd: 'Last frame',
	shuttleBack: 'Play backwards, faster each press',
	shuttleForward: 'Play forwards, faster each press',
	speed: 'Speed',
	speedValue: (speed: number): string => `${speed}×`,
	mute: 'Mute',
	unmute: 'Sound on',
	volume: 'Volume',
	volumeWords: (volume: number): string => `${Math.round(volume * 100)} percent`,
	timecode: 'Go to time',
	timecodeHint: 'Seconds or h:mm:ss.mmm, then Enter',
	timecodeInvalid: 'This is no time. Type seconds, as 12.5, or h:mm:ss.mmm.',
	timecodeOutside: (firstS: number, endS: number): string =>
		`This is outside the file, which runs from ${formatTimecode(firstS)} to ${formatTimecode(endS)}.`,
	frame: (frame: number): string => `frame ${frame.toLocaleString('en').replaceAll(',', '\u202f')}`,
} as const;

/** Why the picture is not there, and what to do: the sentences of exports speak of another thing. */
export function problemText(failure: Failure): string {
	const subject = `“${failure.subject}”`;
	switch (failure.kind) {
		case 'unsupported':
			return `${subject} cannot be shown here: ${failure.detail}. Try again, or make a small preview of it.`;
		case 'source-unreadable':
		case 'decoder-lost':
			return `This part of ${subject} cannot be shown (${failure.detail}). Try another place, or open the file again.`;
		case 'worker-crashed':
			return `The decoder of ${subject} stopped (${failure.detail}). Try again; close other tabs if it happens once more.`;
		case 'out-of-memory':
			return `There is not enough memory to show ${subject}. Close other tabs and try again.`;
		default:
			return failureText(failure);
	}
}
