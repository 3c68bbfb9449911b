import type { Result } from '#core/result';
import { readList, type ListRead, type ReadListOptions } from '#core/formats/read-list';
import { serve } from '$lib/media/worker-rpc/serve';

interface Request {
	readonly file: Blob;
	readonly options: ReadListOptions;
}

/** Text as editors and players save it: UTF-8, or UTF-16 when its first bytes say so. */
async function textOf(file: Blob): Promise<string> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	const encoding =
		bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
	return new TextDecoder(encoding).decode(bytes);
}

export const api = {
	read: async ({ file, options }: Request): Promise<Result<ListRead, string>> => readList(await textOf(file), options),
};

serve(api, self);
