import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { FakeAnswer } from './fake-server.ts';
import type { FakePicture } from './stage.ts';

const made = new Map<string, Promise<Buffer>>();

/** A poster with something in it, so that sizes and colours can be checked. */
function poster(width: number, height: number): Promise<Buffer> {
	const key = `${width}x${height}`;
	const known = made.get(key);
	if (known !== undefined) return known;
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none" width="${width}" height="${height}">
		<rect width="100" height="100" fill="#274060"/><circle cx="50" cy="40" r="25" fill="#f2c14e"/><rect y="70" width="100" height="30" fill="#4d9078"/></svg>`;
	const drawn = sharp(Buffer.from(drawing)).jpeg().toBuffer();
	made.set(key, drawn);
	return drawn;
}

/** What a media server hands out as a picture; `wide` of backdrops and stills. */
export async function pictureAnswer(kind: FakePicture, wide: boolean): Promise<FakeAnswer | undefined> {
	switch (kind) {
		case 'jpeg':
			return { type: 'image/jpeg', body: await (wide ? poster(1280, 720) : poster(600, 900)) };
		case 'svg':
			return { type: 'image/jpeg', body: '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' };
		case 'garbage':
			return { type: 'image/png', body: Buffer.from('\x89PNG\r\n\x1a\nnot a picture at all', 'latin1') };
		case 'huge':
			// The beginning of a JPEG, then 12 MB of nothing.
			return { type: 'image/jpeg', body: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(12_000_000)]) };
		case 'endless':
			return { type: 'image/jpeg', body: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(80_000_000)]) };
		case 'bomb':
			// Small to send, 100 million pixels to open.
			return { type: 'image/png', body: bomb() };
		case 'none':
			return undefined;
	}
}

/** A PNG of one bit a pixel (W3C PNG, 5 and 11), written here: drawing it would take as long as opening it. */
function bomb(): Buffer {
	const size = 10_000;
	const header = Buffer.alloc(13);
	header.writeUInt32BE(size, 0);
	header.writeUInt32BE(size, 4);
	header[8] = 1;
	const chunk = (type: string, data: Buffer): Buffer => {
		const body = Buffer.concat([Buffer.from(type), data]);
		const framed = Buffer.alloc(body.length + 8);
		framed.writeUInt32BE(data.length, 0);
		body.copy(framed, 4);
		framed.writeUInt32BE(crc32(body), body.length + 4);
		return framed;
	};
	const rows = deflateSync(Buffer.alloc(size * (size / 8 + 1)), { level: 1 });
	const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
	return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}
