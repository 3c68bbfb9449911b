import { LONGEST_SEGMENT_NAME } from '../project/segment-name.ts';
import type { ListedSpan } from './imported.ts';

/** The span with its name and tags no longer than a person could write them; the same object when they are. */
export function withShortWords<T extends ListedSpan>(span: T): T {
	const { name, tags } = span;
	if (isShort(name) && (tags?.every(isShort) ?? true)) return span;
	return { ...span, name: shortened(name), ...(tags !== undefined && { tags: tags.map(shortened) }) };
}

const isShort = (text: string): boolean => text.length <= LONGEST_SEGMENT_NAME;

/** No half of a character stays at the end. */
const shortened = (text: string): string =>
	isShort(text) ? text : text.slice(0, LONGEST_SEGMENT_NAME).replace(/[\ud800-\udbff]$/u, '');
