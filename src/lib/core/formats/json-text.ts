const strictly = (text: string): unknown => JSON.parse(text);

/**
 * The value of a JSON text, as `parse` reads it; undefined when it is none. A text may be no JSON, or nested deeper than the parser reaches:
 * both are expected of files that people bring.
 */
export function parseJson(text: string, parse = strictly): unknown {
	try {
		return parse(text.replace(/^\ufeff/u, ''));
	} catch (thrown) {
		if (thrown instanceof SyntaxError || thrown instanceof RangeError) return undefined;
		throw thrown;
	}
}
