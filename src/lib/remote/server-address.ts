import { err, ok, type Result } from '#core/result';

/** What a person typed, or the address that the server printed: where the server is, and the code that stands in the fragment. */
export interface ServerAddress {
	/** Without a slash at the end. */
	readonly base: string;
	readonly code?: string;
}

/** Reads `nas:8787`, `https://clips.example.org/`, `http://192.168.1.4:8787/pair#7K2QMXH4TR`; a sentence when it is no address. */
export function readServerAddress(typed: string): Result<ServerAddress, string> {
	const text = typed.trim();
	const named = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	const wrong = 'This is not the address of a server. Type it as the server shows it, such as http://192.168.1.4:8787.';
	if (text === '' || !URL.canParse(named)) return err(wrong);
	const url = new URL(named);
	// Some browsers make a host even of words with spaces.
	if (!/^(\[[\da-f:.]+\]|[\w.-]+)$/i.test(url.hostname)) return err(wrong);
	if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return err(wrong);
	const code = codeIn(url.hash);
	const base = (url.origin + url.pathname).replace(/\/pair\/?$/, '').replace(/\/+$/, '');
	return ok({ base, ...(code !== undefined && { code }) });
}

/** The code in the fragment of a pairing address. */
export function codeIn(fragment: string): string | undefined {
	const code = fragment.replace(/^#/, '').trim();
	return /^[\w-]{4,200}$/.test(code) ? code : undefined;
}
