import type { DetectorClass } from '#core/vision/coco-classes';

/** Lines of a list that only begin it, as in the description of a data set in YAML. */
const HEADING = /^[\w ]+:$/;
/** "0: person", "- person", "0 person" or plain "person". */
const LINE = /^\s*(?:(\d+)\s*[:=\s]\s*|-\s+)?(.+?)\s*,?\s*$/;

/**
 * The names in a file that came with a model, counted from 0 unless it numbers them itself: a name a line (also numbered, or a YAML list), or JSON: a list, an
 * object from numbers to names, or either of them under `names`. Empty when there are none.
 */
export function readClasses(text: string): readonly DetectorClass[] {
	const trimmed = text.replace(/^\uFEFF/, '').trim();
	if (trimmed.startsWith('[') || trimmed.startsWith('{')) return fromJson(trimmed);
	const named = trimmed
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== '' && !line.startsWith('#') && !HEADING.test(line))
		.map((line) => LINE.exec(line));
	return named.flatMap((match, n) => {
		const name = unquoted(match?.[2] ?? '');
		return name === '' ? [] : [{ id: match?.[1] === undefined ? n : Number(match[1]), name }];
	});
}

function fromJson(text: string): readonly DetectorClass[] {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch (thrown) {
		if (thrown instanceof SyntaxError) return [];
		throw thrown;
	}
	const list: unknown =
		typeof parsed === 'object' && parsed !== null && 'names' in parsed ? parsed.names : (parsed ?? undefined);
	if (typeof list !== 'object' || list === null) return [];
	return Object.entries(list).flatMap(([key, name]: [string, unknown]) =>
		typeof name === 'string' && name !== '' && /^\d+$/.test(key) ? [{ id: Number(key), name }] : [],
	);
}

const unquoted = (name: string): string => name.replace(/^(['"])(.*)\1$/, '$2').trim();
