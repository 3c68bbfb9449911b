import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import { Turns } from '../library/turns.ts';
import type { OpenFile } from '../static/open-file.ts';
import type { CacheItem, MediaCache } from '../streaming/media-cache.ts';
import type { ImageKind, MediaServer } from './media-server.ts';
import type { SourceFault } from './source-fault.ts';

/** Raised when pictures are made in another way. */
const RECIPE = 1;
const DAY_MS = 24 * 3600_000;
/** Eight thousand by six thousand: what is larger is meant to fill the memory. */
const MAX_PIXELS = 50e6;
/** A page of sessions has a picture for each. */
const AT_ONCE = 4;

export interface ItemImage {
	readonly item: string;
	readonly image: ImageKind;
	readonly width: number;
}

/** Pictures of media servers, fetched by us, made small and anew: nothing of what was sent reaches a browser. Kept for a day. */
export class ItemImages {
	readonly #cache: MediaCache;
	readonly #turns = new Turns(AT_ONCE);
	readonly #now: () => number;

	constructor(cache: MediaCache, now: () => number = Date.now) {
		this.#cache = cache;
		this.#now = now;
	}

	/** The picture, open; the owner closes it. */
	async open(
		source: string,
		server: MediaServer,
		wanted: ItemImage,
		signal: AbortSignal,
	): Promise<Result<OpenFile, Failure>> {
		const kept: CacheItem = {
			mediaId: ownerOf(source),
			version: `${wanted.item}/${wanted.image}/${Math.floor(this.#now() / DAY_MS)}`,
			recipe: `item-image-${RECIPE}-${wanted.width}`,
			ending: '.webp',
		};
		const produce = async (path: string, stop: AbortSignal): Promise<Result<void, Failure>> => {
			const sent = await server.picture(wanted.item, wanted.image, wanted.width, stop);
			if (!sent.ok) return err(failureOf(sent.error));
			return makeSmall(sent.value, wanted.width, path);
		};
		// What is fetched and drawn at a time is in memory; whoever gives up before their turn costs nothing.
		const inTurn = (path: string, stop: AbortSignal) =>
			this.#turns.take(() => {
				stop.throwIfAborted();
				return produce(path, stop);
			});
		const made = await this.#cache.make(kept, inTurn, { signal });
		if (!made.ok) return made;
		const file = await this.#cache.open(kept);
		return file === undefined ? err({ kind: 'interrupted', subject: SUBJECT }) : ok(file);
	}

	/** A source has another address, or is gone. */
	forget(source: string): Promise<void> {
		return this.#cache.forget(ownerOf(source));
	}
}

const SUBJECT = 'The picture';
const ownerOf = (source: string): string => `source ${source}`;

/** Told to the person by the route, in its own words. */
const failureOf = ({ problem, detail }: SourceFault): Failure =>
	problem === 'bad-answer' && detail === 'missing'
		? { kind: 'source-missing', subject: SUBJECT }
		: problem === 'bad-answer'
			? { kind: 'source-unreadable', subject: SUBJECT, detail: detail ?? 'bad answer' }
			: { kind: 'source-offline', subject: SUBJECT };

/** What the bytes are, whatever the media server calls them. SVG is a program: it is not among them. */
function isPicture(bytes: Buffer): boolean {
	const head = bytes.subarray(0, 12).toString('latin1');
	return (
		head.startsWith('\xff\xd8\xff') ||
		head.startsWith('\x89PNG\r\n\x1a\n') ||
		(head.startsWith('RIFF') && head.endsWith('WEBP')) ||
		/^.{4}ftyp(avif|avis)$/s.test(head)
	);
}

async function makeSmall(bytes: Buffer, width: number, path: string): Promise<Result<void, Failure>> {
	if (!isPicture(bytes)) return err({ kind: 'source-unreadable', subject: SUBJECT, detail: 'not a picture' });
	const made = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
		.rotate()
		.resize({ width, withoutEnlargement: true })
		.webp({ quality: 82 })
		.toBuffer()
		// Words of libvips: they say nothing that a person could use.
		.catch((thrown: unknown) => {
			if (thrown instanceof Error) return undefined;
			throw thrown;
		});
	if (made === undefined) return err({ kind: 'source-unreadable', subject: SUBJECT, detail: 'broken' });
	await writeFile(path, made);
	return ok(undefined);
}
