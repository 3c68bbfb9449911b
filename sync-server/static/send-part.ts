import { read } from 'node:fs';
import type { Writable } from 'node:stream';
import type { FilePart } from './file-part.ts';

/** Large enough for the speed of a socket, small enough for many of them. */
const LARGE_BYTES = 256 * 1024;
const SMALL_BYTES = 64 * 1024;
/** More answers than these at a time make do with small buffers. */
const MANY = 64;
/** Large buffers that are kept for the next answer. */
const KEPT = 64;

const kept: Buffer[] = [];
let active = 0;

/**
 * Writes the bytes of `part` to `out`, two buffers at a time: one is read into while the other is on its way. False when the file ended too
 * early, could not be read, or nobody listens any more.
 */
export async function sendPart(part: FilePart, out: Writable): Promise<boolean> {
	active += 1;
	const length = part.last + 1 - part.first;
	const size = active > MANY ? SMALL_BYTES : LARGE_BYTES;
	const buffers = Array.from({ length: length > size ? 2 : 1 }, () => take(Math.min(size, length)));
	try {
		return await new Pump(part, out, [...buffers]).run();
	} finally {
		active -= 1;
		for (const buffer of buffers) if (buffer.length === LARGE_BYTES && kept.length < KEPT) kept.push(buffer);
	}
}

function take(bytes: number): Buffer {
	return (bytes === LARGE_BYTES ? kept.pop() : undefined) ?? Buffer.allocUnsafeSlow(bytes);
}

class Pump {
	readonly #fd: number;
	readonly #end: number;
	readonly #out: Writable;
	readonly #free: Buffer[];
	#position: number;
	/** Buffers that are read into or on their way. */
	#busy = 0;
	#reading = false;
	#failed = false;
	#settle: (whole: boolean) => void = () => undefined;

	constructor({ handle, first, last }: FilePart, out: Writable, free: Buffer[]) {
		this.#fd = handle.fd;
		this.#position = first;
		this.#end = last + 1;
		this.#out = out;
		this.#free = free;
	}

	/** Settles when no buffer is in use any more. */
	run(): Promise<boolean> {
		return new Promise((resolve) => {
			const gone = (): void => this.#stop();
			this.#settle = (whole) => {
				this.#out.off('close', gone);
				this.#out.off('error', gone);
				resolve(whole);
			};
			this.#out.on('close', gone);
			this.#out.on('error', gone);
			this.#next();
		});
	}

	#stop(): void {
		this.#failed = true;
		this.#next();
	}

	#next(): void {
		if (this.#reading) return;
		if (this.#failed || this.#position >= this.#end) {
			if (this.#busy === 0) this.#settle(!this.#failed);
			return;
		}
		const buffer = this.#free.pop();
		if (buffer === undefined) return;
		this.#reading = true;
		this.#busy += 1;
		read(this.#fd, buffer, 0, Math.min(buffer.length, this.#end - this.#position), this.#position, (error, bytes) => {
			this.#reading = false;
			if (error !== null || bytes === 0 || this.#failed) {
				this.#busy -= 1;
				this.#stop();
				return;
			}
			this.#position += bytes;
			// Called as well when the socket is destroyed, with an error.
			this.#out.write(bytes === buffer.length ? buffer : buffer.subarray(0, bytes), () => {
				this.#busy -= 1;
				this.#free.push(buffer);
				this.#next();
			});
			this.#next();
		});
	}
}
