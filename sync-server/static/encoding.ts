import { type FoundFile, findFile } from './find-file.ts';

const suffixes = { br: '.br', gzip: '.gz' } as const;
type Encoding = keyof typeof suffixes;

/** A file as it will be sent. */
export interface SentFile extends FoundFile {
	readonly encoding: Encoding | null;
}

/** The smallest form of `file` that the client takes and that lies beside it, made by the build. */
export async function chooseEncoding(
	root: string,
	urlPath: string,
	file: FoundFile,
	acceptEncoding: string | undefined,
): Promise<SentFile> {
	for (const encoding of ['br', 'gzip'] as const) {
		if (!accepts(acceptEncoding, encoding)) continue;
		const packed = await findFile(root, urlPath + suffixes[encoding]);
		if (packed) return { ...packed, encoding };
	}
	return { ...file, encoding: null };
}

function accepts(header: string | undefined, encoding: Encoding): boolean {
	return (header ?? '').split(',').some((entry) => {
		const [name, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
		return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
	});
}
