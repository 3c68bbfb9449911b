/** Packets of a track in the order they stand in the file, in the track's own time base. NaN where the file does not tell. */
export interface PacketTable {
	readonly pts: Float64Array<ArrayBuffer>;
	readonly dts: Float64Array<ArrayBuffer>;
	readonly duration: Float64Array<ArrayBuffer>;
	readonly key: Uint8Array<ArrayBuffer>;
	/** Of all packets; NaN where the file does not tell. */
	readonly bytes: number;
}

/** What ffprobe is asked for, of each packet. */
export const PACKET_ENTRIES = 'packet=pts,dts,duration,size,pos,flags';

/** Collects ffprobe's lines of packets (`compact` format): a table grows, no text is kept. */
export class PacketCollector {
	#pts = new Float64Array(4096);
	#dts = new Float64Array(4096);
	#duration = new Float64Array(4096);
	#key = new Uint8Array(4096);
	#count = 0;
	#bytes = 0;
	/** Where in the file the last packet begins and ends, in bytes. */
	position = 0;
	endPosition = 0;
	/** How many packets were left out because they are never shown. */
	hidden = 0;

	add(line: string): void {
		if (!line.startsWith('pts=')) return;
		if (this.#count === this.#pts.length) this.#grow();
		const fields = new Map(line.split('|').map((field) => splitOnce(field)));
		const number = (name: string): number => Number.parseInt(fields.get(name) ?? '', 10);
		const flags = fields.get('flags') ?? '';
		// An edit list hides this picture: it is decoded for others' sake only.
		if (flags.includes('D')) {
			this.hidden += 1;
			return;
		}
		const n = this.#count++;
		this.#pts[n] = number('pts');
		this.#dts[n] = number('dts');
		this.#duration[n] = number('duration');
		this.#key[n] = flags.startsWith('K') ? 1 : 0;
		this.#bytes += number('size');
		const position = number('pos');
		if (position > this.position) {
			this.position = position;
			this.endPosition = position + number('size');
		}
	}

	table(): PacketTable {
		const count = this.#count;
		return {
			pts: this.#pts.slice(0, count),
			dts: this.#dts.slice(0, count),
			duration: this.#duration.slice(0, count),
			key: this.#key.slice(0, count),
			bytes: this.#bytes,
		};
	}

	#grow(): void {
		const larger = (from: Float64Array): Float64Array<ArrayBuffer> => {
			const to = new Float64Array(2 * this.#count);
			to.set(from);
			return to;
		};
		[this.#pts, this.#dts, this.#duration] = [larger(this.#pts), larger(this.#dts), larger(this.#duration)];
		const key = new Uint8Array(2 * this.#count);
		key.set(this.#key);
		this.#key = key;
	}
}

function splitOnce(field: string): [string, string] {
	const at = field.indexOf('=');
	return [field.slice(0, at), field.slice(at + 1)];
}
