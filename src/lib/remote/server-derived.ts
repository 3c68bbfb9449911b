import { getPeaks, getStrip } from '#contract/streaming';
import { readStripPack, type StripTile } from '#core/media/strip-pack';
import { isAbort } from '#core/result';
import { refitWaveform } from '#core/sound/kept-form';
import type { DerivedCache } from '../media/derived-cache.ts';
import type { ServerClient } from './server-client.ts';

const STRIP = /^strip\/\d+\/(\d+)\.webp$/;
const WAVEFORM = 'waveform.bin';

interface DerivedOf {
	readonly mediaId: string;
	/** Where the file begins and how long it is, as it is known here. In seconds. */
	readonly firstS: number;
	readonly durationS: number;
}

/**
 * What the server has made of one of its files, for the timeline: it looks here before it makes a picture or reads the sound itself. What is put
 * goes to `local`, which is asked first.
 */
export class ServerDerived implements DerivedCache {
	readonly #client: () => Promise<ServerClient | undefined>;
	readonly #id: string;
	readonly #span: { readonly firstS: number; readonly durationS: number };
	readonly #local: DerivedCache | undefined;
	#tiles: Promise<ReadonlyMap<number, StripTile> | undefined> | undefined;

	/** `client`: of the server that has the file; undefined while it is not there. */
	constructor(
		client: () => Promise<ServerClient | undefined>,
		{ mediaId, firstS, durationS }: DerivedOf,
		local?: DerivedCache,
	) {
		this.#client = client;
		this.#id = mediaId;
		this.#span = { firstS, durationS };
		this.#local = local;
	}

	async get(name: string): Promise<Blob | undefined> {
		const kept = await this.#local?.get(name);
		if (kept !== undefined) return kept;
		if (name === WAVEFORM) {
			const peaks = await this.#fetch(getPeaks.path);
			const fitted = peaks && refitWaveform(peaks, this.#span.firstS, this.#span.durationS);
			return fitted && new Blob([fitted]);
		}
		const timeUs = STRIP.exec(name)?.[1];
		if (timeUs === undefined) return undefined;
		const tile = (await (this.#tiles ??= this.#strip()))?.get(Number(timeUs));
		return tile === undefined ? undefined : new Blob([tile.picture], { type: 'image/webp' });
	}

	async times(): Promise<Float64Array | undefined> {
		const tiles = await (this.#tiles ??= this.#strip());
		return tiles && Float64Array.from(tiles.keys(), (timeUs) => timeUs / 1e6).sort();
	}

	async put(name: string, made: Blob): Promise<void> {
		await this.#local?.put(name, made);
	}

	async #strip(): Promise<ReadonlyMap<number, StripTile> | undefined> {
		const bytes = await this.#fetch(getStrip.path);
		const pack = bytes === undefined ? undefined : readStripPack(bytes);
		return pack === undefined ? undefined : new Map(pack.tiles.map((tile) => [tile.timeUs, tile]));
	}

	/** Undefined when the server is away or cannot: then the app does it itself. */
	async #fetch(path: `/api/${string}`): Promise<ArrayBuffer | undefined> {
		const client = await this.#client();
		if (client === undefined) return undefined;
		try {
			const response = await client.fetch(client.url(path, { id: this.#id }));
			return response.ok ? await response.arrayBuffer() : undefined;
		} catch (thrown) {
			if (thrown instanceof TypeError || isAbort(thrown)) return undefined;
			throw thrown;
		}
	}
}
