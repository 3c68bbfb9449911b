import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as a test wants it, honest or not. */
export interface RawEntry {
	readonly name: string;
	readonly data: Uint8Array | string;
	readonly deflate?: boolean;
	/** Told instead of the real size. */
	readonly declaredBytes?: number;
	/** The central directory points to the data of this entry instead. */
	readonly sameDataAs?: number;
}

/** A ZIP, byte by byte (APPNOTE 6.3.3), which no honest writer would make. */
export function rawZip(entries: readonly RawEntry[]): Blob {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	const offsets: number[] = [];
	let at = 0;
	for (const { name, data, deflate = false, declaredBytes, sameDataAs } of entries) {
		const plain = Buffer.from(data);
		const stored = deflate ? deflateRawSync(plain) : plain;
		const fields = Buffer.alloc(26);
		fields.writeUInt16LE(20, 0);
		fields.writeUInt16LE(0x800, 2);
		fields.writeUInt16LE(deflate ? 8 : 0, 4);
		fields.writeUInt32LE(crc32(plain), 10);
		fields.writeUInt32LE(stored.length, 14);
		fields.writeUInt32LE(declaredBytes ?? plain.length, 18);
		fields.writeUInt16LE(Buffer.byteLength(name), 22);
		const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), stored]);
		offsets.push(at);
		const rest = Buffer.alloc(14);
		rest.writeUInt32LE(sameDataAs === undefined ? at : (offsets[sameDataAs] ?? at), 10);
		directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, Buffer.from(name));
		if (sameDataAs === undefined) {
			parts.push(local);
			at += local.length;
		}
	}
	const central = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(entries.length, 8);
	end.writeUInt16LE(entries.length, 10);
	end.writeUInt32LE(central.length, 12);
	end.writeUInt32LE(at, 16);
	return new Blob([Buffer.concat([...parts, central, end])]);
}
