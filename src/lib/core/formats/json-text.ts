import JSON5 from 'json5';

/** The value of a JSON text; undefined when it is none. */
export const parseJson = (text: string): unknown => orUndefined(() => JSON.parse(text.replace(/^\ufeff/u, '')));

/** The value of a JSON or JSON5 text (comments, single quotes, trailing commas); undefined when it is none. */
export function parseJson5(text: string): unknown {
	return parseJson(text) ?? orUndefined(() => JSON5.parse(text.replace(/^\ufeff/u, '')));
}

/** A text may be no JSON, or nested deeper than the parser reaches: both are expected of files that people bring. */
function orUndefined(parse: () => unknown): unknown {
	try {
		return parse();
	} catch (thrown) {
		if (thrown instanceof SyntaxError || thrown instanceof RangeError) return undefined;
		throw thrown;
	}
}
