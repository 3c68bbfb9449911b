import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundFile, findFile } from './find-file.ts';
import { contentPolicy, inlineScriptHashes } from './security-headers.ts';

/** The one page that the app lives on, and the policy made for its scripts. */
export interface AppPage {
	readonly file: FoundFile;
	readonly contentPolicy: string;
}

/** Reads the page in `root` again whenever a build has changed it; `null` while there is none. */
export function createAppPage(root: string, connectTo: readonly string[] = []): () => Promise<AppPage | null> {
	let known: AppPage | null = null;
	return async () => {
		const file = await findFile(root, '/index.html');
		if (file === null) return null;
		if (known?.file.version !== file.version) {
			const html = await readFile(join(root, 'index.html'), 'utf8');
			known = { file, contentPolicy: contentPolicy(inlineScriptHashes(html), connectTo) };
		}
		return known;
	};
}
