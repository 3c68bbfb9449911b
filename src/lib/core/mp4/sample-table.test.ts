import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteSource } from '../media/byte-source.ts';
import { tracksOf } from './movie.ts';
import { framesOf } from './read-movie.ts';
import { box, concat, fullBox, u32 } from './box-writing.ts';
import { movieBox } from './movie-header.ts';
import { readOutline } from './movie-outline.ts';
import { SampleTable } from './sample-table.ts';
import { packetSize, pictureTrack, type Packet } from './stored-track.ts';
import { templateOf, type TrackTemplate } from './track-template.ts';

const sourceOf = (blob: Blob): ByteSource => ({
	size: blob.size,
	read: (start, end) => blob.slice(start, end).arrayBuffer(),
});

const template: TrackTemplate = {
	kind: 'video',
	timescale: 600,
	header: concat([u32(3, 0, 0, 9, 0, 0), new Uint8Array(60)]),
	language: 0x55c4,
	handler: fullBox('hdlr', 0, 0, u32(0, 0x76696465, 0, 0, 0), Uint8Array.of(0)),
	mediaHeader: fullBox('vmhd', 0, 1, u32(0, 0)),
	description: box('avc1', new Uint8Array(78), box('avcC', Uint8Array.of(1, 2, 3))),
};

/** Packets in storage order: shuffled inside groups of five, each group after the one before. */
const anyPackets = fc
	.array(
		fc.record({ step: fc.integer({ min: 1, max: 90 }), size: fc.integer({ min: 1, max: 5000 }), swap: fc.nat(4) }),
		{ minLength: 1, maxLength: 400 },
	)
	.map((frames): { packets: Packet[]; end: number } => {
		let time = 0;
		let at = 0;
		const shown = frames.map(({ step }) => (time += step) - step);
		const order = frames.map((_, n) => n);
		for (let start = 0; start < order.length; start += 5) {
			const group = order.slice(start, start + 5);
			const [key, ...rest] = group;
			const by = frames[start]?.swap ?? 0;
			const turned = [...rest.slice(by), ...rest.slice(0, by)];
			order.splice(start, group.length, ...(key === undefined ? [] : [key]), ...turned);
		}
		const packets = order.map((n, i): Packet => {
			const { size = 1 } = frames[n] ?? {};
			at += size + (i % 7);
			return { shownAt: shown[n] ?? 0, key: i % 5 === 0, parts: [{ at: at - size, size }] };
		});
		return { packets, end: time };
	});

test('what is listed is read again, from any sample on', () => {
	return fc.assert(
		fc.asyncProperty(anyPackets, fc.nat(400), fc.boolean(), async ({ packets, end }, skip, long) => {
			const track = pictureTrack(template, packets, end);
			let place = 1000;
			const places = track.listed.chunks.map(({ bytes }) => (place += bytes) - bytes);
			const bytes = movieBox([track.listed], [places], end / template.timescale, long);
			const file = sourceOf(new Blob([bytes]));
			const outline = await readOutline(file, { start: 8, end: bytes.length }, new AbortController().signal);
			const [outlined] = tracksOf(outline) ?? [];
			const table = new SampleTable(file, outline, outlined!);
			expect(templateOf(outline, outlined!)).toMatchObject({ timescale: 600, description: template.description });

			let at = 1000;
			const delay = track.listed.played.fromUnits;
			const expected = packets.map((packet, n) => {
				const size = packetSize(packet);
				at += size;
				return { n, shownAt: packet.shownAt + delay, key: packet.key, at: at - size, size };
			});
			const from = Math.min(skip, packets.length - 1);
			const read: unknown[] = [];
			for await (const { n, shownAt, key, at, size } of table.samples(from)) read.push({ n, shownAt, key, at, size });
			expect(read).toEqual(expected.slice(from));
			const wanted = expected[from]!;
			expect(await table.find(wanted.shownAt)).toBe(from);
			expect(await table.keyBefore(from)).toBe(from - (from % 5));
			const movie = new DataView(bytes.buffer, 8);
			const [listed] = tracksOf(movie) ?? [];
			const frames = framesOf(movie, listed!, at);
			const shown = packets.map(({ shownAt }) => Math.round((shownAt / 600) * 1e6)).sort((a, b) => a - b);
			expect([...frames!.index.ptsUs]).toEqual(shown);
		}),
		{ numRuns: 60 },
	);
});

test('every packet is shown after it is decoded, and decoded in order', () => {
	fc.assert(
		fc.property(anyPackets, ({ packets, end }) => {
			const { listed } = pictureTrack(template, packets, end);
			expect(listed.steps.every(([, step]) => step > 0)).toBe(true);
			expect(listed.offsets.every(([, offset]) => offset >= 0)).toBe(true);
		}),
		{ numRuns: 60 },
	);
});

/** Counts what is read of it. */
class CountedBlob extends Blob {
	bytesRead = 0;
	override slice(start = 0, end = this.size, type?: string): Blob {
		this.bytesRead += Math.max(0, Math.min(end, this.size) - start);
		return super.slice(start, end, type);
	}
}

/** Bytes read for a minute in the middle of `minutes` of film with `reordered` pictures, and bytes of the movie box. */
async function readOfAMinute(minutes: number, reordered: boolean): Promise<{ read: number; whole: number }> {
	const packets = Array.from({ length: minutes * 1800 }, (_, n): Packet => {
		// Stored 0 2 1 4 3 …: each time differs from its neighbours'.
		const shown = reordered && n > 0 && n + 1 < minutes * 1800 ? (n % 2 === 1 ? n + 1 : n - 1) : n;
		return { shownAt: shown * 20, key: n % 60 === 0, parts: [{ at: 1000 * n, size: 900 + (n % 100) }] };
	});
	const { listed } = pictureTrack(template, packets, packets.length * 20);
	const places = listed.chunks.map((_, n) => 15_000 * n);
	const bytes = movieBox([listed], [places], minutes * 60, true);
	const blob = new CountedBlob([bytes]);
	const file = sourceOf(blob);
	const outline = await readOutline(file, { start: 8, end: bytes.length }, new AbortController().signal);
	const table = new SampleTable(file, outline, tracksOf(outline)![0]!);
	const from = (await table.find(packets[minutes * 900]!.shownAt + listed.played.fromUnits))!;
	expect(from).toBe(minutes * 900);
	let n = await table.keyBefore(from);
	for await (const sample of table.samples(n)) {
		expect(sample).toMatchObject({ n, size: 900 + (n % 100) });
		if ((n += 1) === from + 1800) break;
	}
	return { read: blob.bytesRead, whole: bytes.length };
}

test('a minute out of hours takes no more of the lists than a minute out of minutes', async () => {
	const [short, long] = [await readOfAMinute(10, false), await readOfAMinute(240, false)];
	expect(long.whole).toBeGreaterThan(20 * short.whole);
	expect(long.read).toBeLessThan(600_000);
	expect(long.read).toBeLessThan(long.whole / 3);
});

test('reordered pictures: of the offsets, what comes before is walked, and nothing else grows', async () => {
	const long = await readOfAMinute(120, true);
	const offsets = 8 * 120 * 1800;
	expect(long.read).toBeLessThan(offsets + 600_000);
});
