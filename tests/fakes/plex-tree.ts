type Value = string | number | boolean;

/** One element of what Plex answers. It has one shape in XML and another in JSON; both are made from this. */
export interface PlexNode {
	readonly tag: string;
	readonly attributes?: Readonly<Record<string, Value | undefined>>;
	readonly children?: readonly PlexNode[];
}

/** JSON calls these by one name. */
const METADATA = new Set(['Video', 'Track', 'Photo']);
/** One of a kind: an object, not a list of one. */
const SINGLE = new Set(['User', 'Player', 'Session', 'TranscodeSession', 'MediaContainer']);

const escape = (text: string): string =>
	text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;')
		.replaceAll('\n', '&#10;');

const inXml = (value: Value): string => escape(typeof value === 'boolean' ? (value ? '1' : '0') : String(value));

function xml({ tag, attributes = {}, children = [] }: PlexNode): string {
	const told = Object.entries(attributes)
		.flatMap(([name, value]) => (value === undefined ? [] : ` ${name}="${inXml(value)}"`))
		.join('');
	return `<${tag}${told}>${children.map(xml).join('')}</${tag}>`;
}

function object({ attributes = {}, children = [] }: PlexNode): Record<string, unknown> {
	const told: Record<string, unknown> = { ...attributes };
	for (const child of children) {
		const name = METADATA.has(child.tag) ? 'Metadata' : child.tag;
		if (SINGLE.has(name)) told[name] = object(child);
		else told[name] = [...((told[name] as unknown[] | undefined) ?? []), object(child)];
	}
	return told;
}

export const asXml = (container: PlexNode): string => `<?xml version="1.0" encoding="UTF-8"?>\n${xml(container)}\n`;
export const asJson = (container: PlexNode): string => JSON.stringify({ MediaContainer: object(container) });
