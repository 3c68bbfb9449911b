import type { VideoSample } from 'mediabunny';

/** One plane of a decoded picture. */
export interface FramePlane {
	readonly offset: number;
	/** Bytes from a row to the next. */
	readonly stride: number;
	/** Bytes from a sample to the next. */
	readonly step: number;
	readonly width: number;
	readonly height: number;
}

/** A decoded picture as its decoder stores it: brightness, then blue and red less brightness. */
export interface FramePlanes {
	readonly bytes: Uint8Array;
	readonly luma: FramePlane;
	readonly blue: FramePlane;
	readonly red: FramePlane;
	/** Bits a sample: 8, or more, then two bytes with the low one first. */
	readonly depth: number;
}

interface Format {
	readonly depth: number;
	/** Brightness samples for one of colour, across and down. */
	readonly across: 1 | 2;
	readonly down: 1 | 2;
	/** Blue and red take turns in one plane. */
	readonly interleaved?: boolean;
}

const FORMATS: Readonly<Record<string, Format>> = {
	...{ I420: half(8), I420A: half(8), I420P10: half(10), I420P12: half(12), NV12: { ...half(8), interleaved: true } },
	...{ I422: wide(8), I422A: wide(8), I422P10: wide(10), I422P12: wide(12) },
	...{ I444: full(8), I444A: full(8), I444P10: full(10), I444P12: full(12) },
};

function half(depth: number): Format {
	return { depth, across: 2, down: 2 };
}

function wide(depth: number): Format {
	return { depth, across: 2, down: 1 };
}

function full(depth: number): Format {
	return { depth, across: 1, down: 1 };
}

/** Reads the planes of decoded pictures into one buffer: what it gave is overwritten by the next. */
export class PlaneReader {
	#bytes = new Uint8Array(0);

	/** Undefined when the picture is stored in a way that cannot be read as planes. The sample stays the caller's. */
	async read(sample: VideoSample): Promise<FramePlanes | undefined> {
		const format = FORMATS[sample.format ?? ''];
		if (format === undefined) return undefined;
		const size = sample.allocationSize();
		if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
		const [first, second, third] = await sample.copyTo(this.#bytes);
		if (first === undefined || second === undefined) return undefined;
		const { width, height } = sample.visibleRect;
		const bytes = format.depth > 8 ? 2 : 1;
		const colour = { width: Math.ceil(width / format.across), height: Math.ceil(height / format.down) };
		const luma = { ...first, step: bytes, width, height };
		const { depth } = format;
		if (format.interleaved === true) {
			const [blue, red] = [0, 1].map((n) => ({ ...second, offset: second.offset + n, step: 2, ...colour }));
			return blue && red && { bytes: this.#bytes, luma, blue, red, depth };
		}
		if (third === undefined) return undefined;
		const [blue, red] = [
			{ ...second, step: bytes, ...colour },
			{ ...third, step: bytes, ...colour },
		];
		return { bytes: this.#bytes, luma, blue, red, depth };
	}
}
