/** Anything that would let a reader of the log act as somebody else, wherever in a line it stands. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
	[/octo_[\w-]{8,}/g, 'octo_***'],
	[/(Bearer\s+)[\w.~+/=-]+/gi, '$1***'],
	[/((?:__Host-)?octocut-[0-9a-f]{8}=)[^;\s"\\]+/g, '$1***'],
	[/([?&]sig=)[^&\s"\\]+/g, '$1***'],
	// A link that is shared, and a webhook of Discord.
	[/(\/s\/)[\w-]{16,}/g, '$1***'],
	[/(\/api\/webhooks\/\d+\/)[\w-]+/g, '$1***'],
	[/(\/pair#)[\w-]+/g, '$1***'],
	[/("(?:secret|token|cookie|set-cookie|authorization)":\s*)"(?:[^"\\]|\\.)*"/gi, '$1"***"'],
];

export const scrub = (line: string): string =>
	SECRETS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
