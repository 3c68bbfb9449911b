import { toNumber, type Rational } from '../time/rational.ts';

const TIMECODE = /^(\d{1,3}):(\d{2}):(\d{2})([:;.,])(\d{1,3})$/u;

/** Frames counted in a second of timecode: 30 at 29.97 fps. */
const timecodeBase = (fps: Rational): number => Math.max(1, Math.round(toNumber(fps)));

/** Drop-frame counting exists for 29.97 and 59.94 fps and their like (SMPTE ST 12-1). */
export const canDropFrames = (fps: Rational): boolean => timecodeBase(fps) % 30 === 0 && fps.num % fps.den !== 0;

/**
 * The frame number that a timecode names at `fps`; null when it is none. Drop-frame when `drop` says so or a semicolon (or point) stands
 * before the frames: then 00, 01 (29.97 fps) are skipped each minute but every tenth.
 */
export function framesOfTimecode(text: string, fps: Rational, drop = false): number | null {
	const match = TIMECODE.exec(text);
	if (match === null) return null;
	const [hours = 0, minutes = 0, seconds = 0, frames = 0] = [match[1], match[2], match[3], match[5]].map(Number);
	const base = timecodeBase(fps);
	if (minutes > 59 || seconds > 59 || frames >= base) return null;
	const totalMinutes = hours * 60 + minutes;
	const drops = (drop || match[4] === ';' || match[4] === '.') && canDropFrames(fps);
	const dropped = drops ? (base / 15) * (totalMinutes - Math.floor(totalMinutes / 10)) : 0;
	return (totalMinutes * 60 + seconds) * base + frames - dropped;
}

/** Frame number `frames` as hh:mm:ss:ff at `fps`; drop-frame with a semicolon when `drop`. */
export function timecodeOfFrames(frames: number, fps: Rational, drop = false): string {
	const base = timecodeBase(fps);
	const drops = drop && canDropFrames(fps);
	const count = drops ? frames + droppedBefore(frames, base) : frames;
	const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
	const clock = [count / (base * 3600), (count / (base * 60)) % 60, (count / base) % 60].map(two).join(':');
	return `${clock}${drops ? ';' : ':'}${two(count % base)}`;
}

/** Numbers skipped up to frame `frames`: `base / 15` a minute, none in every tenth. */
function droppedBefore(frames: number, base: number): number {
	const skip = base / 15;
	const [inMinute, inTen] = [base * 60 - skip, base * 600 - skip * 9];
	const [tens, rest] = [Math.floor(frames / inTen), frames % inTen];
	return skip * (9 * tens + (rest < base * 60 ? 0 : 1 + Math.floor((rest - base * 60) / inMinute)));
}
