import * as z from 'zod';

/** What media servers write in several ways: numbers as texts, truth as "1", lists with an odd one among them. */

const MAX_TEXT = 500;
/** Longer than any path (Linux: 4096); what is kept of them is kept for long. */
const MAX_EXACT = 4096;

/** For people: one line, of a length that can be shown. */
export const told = z.union([z.string(), z.number()]).transform((value) =>
	String(value)
		.normalize('NFC')
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim()
		.slice(0, MAX_TEXT),
);

/** As it was written: paths and ids. */
export const exact = z.union([z.string().max(MAX_EXACT), z.number()]).transform(String);

export const numeric = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);

export const truth = z
	.union([z.boolean(), z.number(), z.string()])
	.transform((value) => value === true || value === 1 || value === '1' || value === 'true');

/** Those that can be read: one that is odd does not hide the others. */
export const listOf = <T extends z.ZodType>(schema: T) =>
	z.array(z.unknown()).transform((items) =>
		items.flatMap((item) => {
			const read = schema.safeParse(item);
			return read.success ? [read.data] : [];
		}),
	);

/** Absent and `null` are the same. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** What cannot be read is as if it were absent. */
export const lenient = <T extends z.ZodType>(schema: T) => maybe(schema).catch(undefined);

/** An empty text is none. */
export const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** "S05E14 — Ozymandias"; without numbers the name alone. */
export function episodeLine(season: number | undefined, episode: number | undefined, name: string): string {
	const two = (n: number) => String(n).padStart(2, '0');
	const number = `${season === undefined ? '' : `S${two(season)}`}${episode === undefined ? '' : `E${two(episode)}`}`;
	return [number, name].filter((part) => part !== '').join(' — ');
}

/** Ids end up in addresses. */
export const cleanKey = (id: string): string => id.replace(/[^\w.~-]/g, '-').slice(0, 160);

export const isItemId = (id: string): boolean => /^[0-9a-f]{1,40}$/i.test(id);
