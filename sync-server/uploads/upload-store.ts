import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, statfs, truncate } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { ApiError } from '#contract/api-error';
import { UPLOAD_METADATA, UPLOADED_MEDIA_HEADER, UPLOADS_PATH } from '#contract/uploads';
import { fingerprintFile } from '../library/fingerprint-file.ts';
import type { MediaLibrary } from '../library/media-library.ts';
import { isMediaName } from '../library/media-names.ts';
import { openFile } from '../static/open-file.ts';
import { CHECKSUM_ALGORITHMS, checked, readChecksum } from './part-checksum.ts';

export interface UploadOptions {
	readonly library: MediaLibrary;
	/** Where unfinished uploads lie: on the disk of the finished ones. Made when it is not there. */
	readonly folder: string;
	readonly maxBytes: number;
	/** Stays free on the disk. */
	readonly minFreeBytes?: number;
	/** Unfinished ones are deleted after so long. */
	readonly expiryMs?: number;
	readonly onError: (error: Error) => void;
}

/** What a client is told: tus wants a status, people want a sentence. */
export class UploadRefusal extends Error {
	override name = 'UploadRefusal';
	readonly status_code: number;
	readonly body: string;

	constructor(status: number, error: ApiError) {
		super(error.message);
		this.status_code = status;
		this.body = JSON.stringify(error);
	}
}

const EXPIRY_MS = 7 * 24 * 3600_000;
const CLEAN_EVERY_MS = 3600_000;
/** Of tus, for a checksum that does not match. */
const CHECKSUM_MISMATCH = 460;
export const UPLOAD_ID = /^[a-f0-9]{32}$/;

/** Files on their way from the app: in parts, resumed after any break, in the library once whole. */
export class UploadStore {
	readonly #options: Required<UploadOptions>;
	readonly #tus: Server;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: UploadOptions) {
		this.#options = { minFreeBytes: 1e9, expiryMs: EXPIRY_MS, ...options };
		const { folder, maxBytes, expiryMs } = this.#options;
		this.#tus = new Server({
			path: UPLOADS_PATH,
			datastore: new FileStore({ directory: folder, expirationPeriodInMilliseconds: expiryMs }),
			maxSize: maxBytes,
			relativeLocation: true,
			namingFunction: () => randomBytes(16).toString('hex'),
			getFileIdFromRequest: (_, last) => (last !== undefined && UPLOAD_ID.test(last) ? last : undefined),
			disableTerminationForFinishedUploads: true,
			onUploadCreate: async (_, { size, metadata }) => {
				await this.#admit(size, nameOf(metadata));
				return {};
			},
			onUploadFinish: async (_, { id, metadata }) => ({
				status_code: 204,
				headers: { [UPLOADED_MEDIA_HEADER]: await this.#finish(id, metadata) },
			}),
		});
	}

	async start(): Promise<void> {
		await mkdir(this.#options.folder, { recursive: true });
		await this.clean();
		this.#timer = setInterval(() => {
			this.clean().catch((thrown: unknown) => {
				this.#options.onError(thrown instanceof Error ? thrown : new Error(String(thrown)));
			});
		}, CLEAN_EVERY_MS).unref();
	}

	close(): void {
		clearInterval(this.#timer);
	}

	/** Deletes unfinished uploads that are too old. How many there were. */
	clean(): Promise<number> {
		return this.#tus.cleanUpExpiredUploads();
	}

	/** Answers one request of the protocol. A part with a checksum is taken whole and right, or not at all. */
	async handle(request: Request): Promise<Response> {
		const told = request.method === 'PATCH' ? request.headers.get('Upload-Checksum') : null;
		if (told === null || request.body === null) return this.#announced(await this.#tus.handleWeb(request));
		const checksum = readChecksum(told);
		if (checksum === undefined) {
			const message = `The checksum of a part is told as one of ${CHECKSUM_ALGORITHMS.join(', ')}, a blank, and Base64.`;
			return refused(400, { code: 'invalid_request', message });
		}
		let broken = false;
		const body = checked(request.body, checksum, () => (broken = true));
		// Node asks for `duplex`, which not every type of the platform knows.
		const init: RequestInit & { readonly duplex: 'half' } = { body, duplex: 'half' };
		const answer = await this.#tus.handleWeb(new Request(request, init));
		if (!broken) return answer;
		await this.#takeBack(new URL(request.url).pathname, Number(request.headers.get('Upload-Offset')));
		const message = 'A part of the file did not arrive as it was sent. It is sent again.';
		return refused(CHECKSUM_MISMATCH, { code: 'unprocessable', message });
	}

	/** What tus says of itself, with what is added here. */
	#announced(response: Response): Response {
		const extensions = response.headers.get('Tus-Extension');
		if (extensions === null) return response;
		response.headers.set('Tus-Extension', `${extensions},checksum`);
		response.headers.set('Tus-Checksum-Algorithm', CHECKSUM_ALGORITHMS.join(','));
		return response;
	}

	/** What of a part has reached the disk goes from it again. */
	async #takeBack(path: string, offset: number): Promise<void> {
		const id = path.split('/').at(-1) ?? '';
		if (!UPLOAD_ID.test(id)) return;
		const file = join(this.#options.folder, id);
		const there = await stat(file);
		// Never longer than it was: what was sent out of turn has changed nothing.
		if (there.size > offset) await truncate(file, offset);
	}

	async #admit(bytes: number | undefined, name: string): Promise<void> {
		if (bytes === undefined)
			throw new UploadRefusal(400, {
				code: 'invalid_request',
				message: 'The length of the file must be told at the start.',
			});
		if (!isMediaName(Buffer.from(name)))
			throw new UploadRefusal(415, {
				code: 'unsupported_media',
				message: `“${name}” has no ending of a video or sound file. Choose another file.`,
			});
		const { folder, minFreeBytes } = this.#options;
		const { bavail, bsize } = await statfs(folder);
		if (bavail * bsize - bytes >= minFreeBytes) return;
		const missingMb = Math.ceil((bytes + minFreeBytes - bavail * bsize) / 1e6);
		throw new UploadRefusal(507, {
			code: 'out_of_space',
			message: `The server has no space for “${name}”. Free about ${missingMb} MB there and try again.`,
		});
	}

	/** The id in the library. */
	async #finish(id: string, metadata: Metadata): Promise<string> {
		const { folder, library } = this.#options;
		const [path, name] = [join(folder, id), nameOf(metadata)];
		const promised = metadata?.[UPLOAD_METADATA.fingerprint] ?? undefined;
		const file = promised === undefined ? null : await openFile(path);
		if (file !== null) {
			const arrived = await fingerprintFile(file).finally(() => file.handle.close());
			if (arrived !== promised) {
				await this.#remove(id);
				throw new UploadRefusal(CHECKSUM_MISMATCH, {
					code: 'conflict',
					message: `“${name}” did not arrive as it was sent. Send it again.`,
				});
			}
		}
		const item = await library.addUpload(path, name, extname(name).toLowerCase());
		await this.#remove(id);
		// Looked into now, so that it is known when somebody opens it.
		library.probe(item.id).catch((thrown: unknown) => {
			if (thrown instanceof Error && thrown.name !== 'AbortError') this.#options.onError(thrown);
		});
		return item.id;
	}

	async #remove(id: string): Promise<void> {
		const path = join(this.#options.folder, id);
		await Promise.all([rm(path, { force: true }), rm(`${path}.json`, { force: true })]);
	}
}

const refused = (status: number, error: ApiError): Response =>
	new Response(JSON.stringify(error), { status, headers: { 'Tus-Resumable': '1.0.0' } });

type Metadata = Readonly<Record<string, string | null>> | undefined;

/** As the person sees it: a name alone, of a length that every disk takes. */
function nameOf(metadata: Metadata): string {
	const told = (metadata?.[UPLOAD_METADATA.name] ?? '').replace(/[\p{Cc}\p{Cs}]/gu, ' ');
	const name = told.split(/[/\\]/).at(-1)?.trim() ?? '';
	const ending = extname(name).slice(0, 16);
	return name.slice(0, name.length - extname(name).length).slice(0, 180) + ending;
}
