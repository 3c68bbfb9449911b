import { InvariantError } from '../result.ts';

/** What a file name template may hold. Times in seconds. */
export interface NameParts {
	/** File name of the source, with its extension. */
	readonly media: string;
	readonly segment: string;
	readonly counter: number;
	readonly inS: number;
	readonly outS: number;
	readonly width: number;
	readonly height: number;
	readonly date: Date;
}

/** Longest name that is made, in bytes of UTF-8: common file systems allow 255, and a suffix and an extension follow. */
const MAX_NAME_BYTES = 180;

/** Device names that Windows refuses, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;

/** Characters that some file system, shell or printf-like tool (`%d` in ffmpeg) would read as more than a letter. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}/\\:*?"'`<>|%$;&#{}[\]!~^=]+/gu;

/**
 * A name that every common file system takes and that means the same everywhere: no separators, quotes, `%` or control
 * characters, no leading dash or dot, at most 180 bytes, never empty (`fallback` then).
 */
export function safeFileName(text: string, fallback = 'clip'): string {
	const plain = text
		.normalize('NFC')
		.replace(/\u200d/gu, '')
		.replace(UNSAFE, '_')
		.replace(/\s+/gu, ' ')
		.replace(/_{2,}/gu, '_')
		.replace(/^[\s._-]+/u, '');
	const short = clipToBytes(plain, MAX_NAME_BYTES).replace(/[\s.]+$/u, '');
	if (short === '') return fallback;
	return RESERVED.test(short) ? `_${short}` : short;
}

function clipToBytes(text: string, limit: number): string {
	let bytes = 0;
	let kept = '';
	for (const character of text) {
		bytes += utf8Length(character.codePointAt(0) ?? 0);
		if (bytes > limit) return kept;
		kept += character;
	}
	return kept;
}

const byteLength = (text: string): number =>
	[...text].reduce((sum, character) => sum + utf8Length(character.codePointAt(0) ?? 0), 0);

const utf8Length = (codePoint: number): number =>
	codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;

/** "movie.final.mp4" → "movie.final"; a leading dot is part of the name. */
export const withoutExtension = (name: string): string => name.replace(/(?<=.)\.[A-Za-z0-9]{1,5}$/u, '');

const FIELD = /\{([a-z]+)(?::0?(\d{1,2}))?\}/gu;

/**
 * The file name (without extension) that `template` gives: `{name}` `{segment}` `{counter:03}` `{in}` `{out}` `{width}` `{height}`
 * `{date}`. An unknown field stays as it is written, so that a typing mistake is seen in the example. Where it gets too long, `{name}` and
 * `{segment}` are shortened, never the counter.
 */
export function renderName(template: string, parts: NameParts): string {
	const fill = (longest: number): string =>
		template.replace(FIELD, (whole, field: string, width: string | undefined) => {
			const value = fieldValue(field, parts);
			if (value === undefined) return whole;
			return field === 'name' || field === 'segment'
				? clipToBytes(value, longest)
				: value.padStart(Number(width ?? 0), '0');
		});
	const text = fill(Infinity);
	const excess = byteLength(text) - MAX_NAME_BYTES;
	if (excess <= 0) return safeFileName(text);
	// What tells clips apart stays: the words give way. Both may be long, so neither gets more than its share.
	const words = ['name', 'segment'].filter((field) => template.includes(`{${field}`)).length;
	const others = byteLength(fill(0));
	return safeFileName(words === 0 ? text : fill(Math.max(8, Math.floor((MAX_NAME_BYTES - others) / words))));
}

function fieldValue(field: string, parts: NameParts): string | undefined {
	switch (field) {
		case 'name':
			return withoutExtension(parts.media);
		case 'segment':
			return parts.segment;
		case 'counter':
			return String(parts.counter);
		case 'in':
			return clock(parts.inS);
		case 'out':
			return clock(parts.outS);
		case 'width':
			return String(parts.width);
		case 'height':
			return String(parts.height);
		case 'date':
			return parts.date.toISOString().slice(0, 10);
		default:
			return undefined;
	}
}

/** 3723.5 → "01.02.03.500": a colon is not allowed in file names. */
function clock(seconds: number): string {
	const ms = Math.round(Math.abs(seconds) * 1000);
	const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
	return `${two(ms / 3_600_000)}.${two((ms / 60_000) % 60)}.${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

/** `name`, or `name_2`, `name_3` … until `taken` says it is free. */
export function freeName(name: string, taken: (candidate: string) => boolean): string {
	if (!taken(name)) return name;
	for (let i = 2; i < 100_000; i += 1) {
		const candidate = `${name}_${i}`;
		if (!taken(candidate)) return candidate;
	}
	throw new InvariantError(`no free name for ${name}`);
}
