import { err, ok, type Result } from '../result.ts';
import type { DetectorClass } from './coco-classes.ts';

/** How a model numbers its classes: `count` is undefined when only its answers tell. */
export interface ClassNumbers {
	readonly first: number;
	readonly count: number | undefined;
}

/** A name with the number the file gives it; without one, its place in the list counts. */
type Named = readonly (readonly [number: number | undefined, name: string])[];

/** What stands for a number without a name in lists of TensorFlow. */
const NAMELESS = '???';

/** The highest number a class may have: the largest vocabularies have some twenty thousand. */
const HIGHEST_ID = 65_535;
/** Letters of the longest name: the longest of the large vocabularies have about 120. */
const LONGEST_NAME = 200;
/** What no text holds: control characters, and what stands for bytes that are no UTF-8. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const NO_TEXT = /[\0-\x08\x0e-\x1f\ufffd]/;

/**
 * Reads the names of classes from a file: one name a line (also with its number before it), a JSON array or object (`{"0": "person"}`), or the `names:` of a YAML file, as a list
 * or by number. Names are put in lower case, as the kinds of subjects are. Fails with what is wrong, as the rest of a sentence that begins with the file's name.
 */
export function parseClassNames(
	text: string,
	fileName: string,
	{ first, count }: ClassNumbers,
): Result<readonly DetectorClass[], string> {
	if (NO_TEXT.test(text)) return err('is not a text, or not one in UTF-8');
	const named = namesIn(text.replace(/^\uFEFF/, ''), /\.\w+$/.exec(fileName)?.[0].toLowerCase());
	if (!named.ok) return named;
	const classes = named.value
		.map(([number, name], at) => ({ id: number ?? first + at, name: name.trim().toLowerCase() }))
		.filter(({ name }) => name !== '' && name !== NAMELESS);
	if (classes.length === 0) return err('holds no names');
	const ids = classes.map(({ id }) => id);
	if (new Set(ids).size < ids.length) return err('gives two names to one number');
	const long = classes.find(({ name }) => name.length > LONGEST_NAME);
	if (long !== undefined) return err(`holds a name of ${long.name.length} letters, and ${LONGEST_NAME} are the most`);
	const isNumbered = named.value.some(([number]) => number !== undefined);
	const [lowest, highest] = ids.reduce(([least, most], id) => [Math.min(least, id), Math.max(most, id)], [Infinity, 0]);
	if (highest > HIGHEST_ID) return err(`gives a name to the number ${highest}, and ${HIGHEST_ID} is the highest`);
	if (count === undefined || (lowest >= first && highest === first + count - 1)) return ok(classes);
	return isNumbered
		? err(
				`gives names to the numbers ${lowest} to ${highest}, but the model counts from ${first} to ${first + count - 1}`,
			)
		: err(
				`holds ${named.value.length} ${named.value.length === 1 ? 'name' : 'names'}, but the model tells ${count} ${count === 1 ? 'class' : 'classes'} apart`,
			);
}

function namesIn(text: string, ending: string | undefined): Result<Named, string> {
	if (ending === '.json') return fromJson(text);
	if (ending === '.yaml' || ending === '.yml') return fromYaml(text);
	return ok(fromLines(withoutEnd(text.split(/\r?\n/).filter((line) => !line.startsWith('#')))));
}

/** "0: person" or "0 person", when all lines are so; else a name a line. */
function fromLines(lines: readonly string[]): Named {
	const numbered = lines.flatMap((line): Named => {
		const [, number, name] = /^\s*(\d+)[\s:=]\s*(\S.*)$/.exec(line) ?? [];
		return number === undefined || name === undefined ? [] : [[Number(number), name]];
	});
	const isNumbered = numbered.length === lines.filter((line) => line.trim() !== '').length;
	return isNumbered ? numbered : lines.map((line) => [undefined, line]);
}

/** Empty lines at the end are no names; between names they leave a number out. */
function withoutEnd(lines: readonly string[]): readonly string[] {
	return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

function fromJson(text: string): Result<Named, string> {
	try {
		return fromValue(JSON.parse(text));
	} catch (thrown) {
		return err(`is no JSON (${thrown instanceof Error ? thrown.message : String(thrown)})`);
	}
}

function fromValue(value: unknown): Result<Named, string> {
	if (typeof value !== 'object' || value === null) return err('is neither a list of names nor names by number');
	const inner: unknown = 'names' in value ? value.names : value;
	if (inner !== value) return fromValue(inner);
	const entries = Object.entries(value);
	if (entries.some(([number, name]) => !/^\d+$/.test(number) || typeof name !== 'string')) {
		return err('is neither a list of names nor names by number');
	}
	return ok(entries.map(([number, name]) => [Array.isArray(value) ? undefined : Number(number), String(name)]));
}

/** Only what data set files have: `names:` with a list, or with names by number, on lines of their own or in brackets. */
function fromYaml(text: string): Result<Named, string> {
	const lines = text.split(/\r?\n/);
	const at = lines.findIndex((line) => /^names\s*:/.test(line));
	if (at < 0) return err('has no line “names:”');
	const beside = withoutComment((lines[at] ?? '').replace(/^names\s*:/, '')).trim();
	const ends = lines.findIndex((line, n) => n > at && /^[^\s#\-\]}]/.test(line));
	const below = lines.slice(at + 1, ends < 0 ? undefined : ends).map((line) => withoutComment(line).trim());
	if (/^[[{]/.test(beside)) return fromFlow([beside, ...below].join(' '));
	return fromEntries(below.filter((line) => line !== ''));
}

function fromFlow(text: string): Result<Named, string> {
	const inside = /^[[{](.*)[\]}]$/.exec(text.trim())?.[1];
	if (inside === undefined) return err('opens a bracket at “names:” and does not close it');
	const entries = inside.match(/(?:"[^"]*"|'(?:[^']|'')*'|[^,"'])+/g) ?? [];
	return fromEntries(entries.map((entry) => entry.trim()).filter((entry) => entry !== ''));
}

function fromEntries(entries: readonly string[]): Result<Named, string> {
	const named = entries.map((entry): readonly [number | undefined, string] => {
		const [, number, name = ''] = /^["']?(\d+)["']?\s*:\s*(.*)$/.exec(entry) ?? [];
		return number === undefined ? [undefined, unquoted(entry.replace(/^-\s+/, ''))] : [Number(number), unquoted(name)];
	});
	const numbered = named.filter(([number]) => number !== undefined).length;
	return numbered === 0 || numbered === named.length ? ok(named) : err('numbers some of its names and others not');
}

const withoutComment = (line: string): string => line.replace(/(^|\s)#.*$/, '');

function unquoted(word: string): string {
	const [, quote, inside = ''] = /^(["'])(.*)\1$/.exec(word) ?? [];
	return quote === undefined ? word : inside.replaceAll(quote + quote, quote);
}
