import type { CallContext } from '../worker-rpc/protocol.ts';
import type { PictureFormat } from '#core/export/output-file-name';
import { serve } from '../worker-rpc/serve.ts';
import type { Measured, MeasuredFolder } from '#core/export/compare-output';
import { measureFolder } from './measure-folder.ts';
import { measureOutput } from './measure.ts';

export const api = {
	measure: ({ file }: { readonly file: Blob }, { signal }: CallContext): Promise<Measured> =>
		measureOutput(file, signal),
	measureFolder: (
		{ folder, format }: { readonly folder: FileSystemDirectoryHandle; readonly format: PictureFormat },
		{ signal }: CallContext,
	): Promise<MeasuredFolder> => measureFolder(folder, format, signal),
};

serve(api, self);
