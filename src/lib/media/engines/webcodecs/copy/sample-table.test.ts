import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tracksOf } from '../../../probe/mp4/movie.ts';
import { framesOf } from '../../../probe/mp4/read-movie.ts';
import { box, concat, fullBox, u32 } from './box-writing.ts';
import { movieBox } from './movie-header.ts';
import { SampleTable } from './sample-table.ts';
import { packetSize, pictureTrack, type Packet } from './stored-track.ts';
import { templateOf, type TrackTemplate } from './track-template.ts';

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
	fc.assert(
		fc.property(anyPackets, fc.nat(400), fc.boolean(), ({ packets, end }, skip, long) => {
			const track = pictureTrack(template, packets, end);
			let place = 1000;
			const places = track.listed.chunks.map(({ bytes }) => (place += bytes) - bytes);
			const bytes = movieBox([track.listed], [places], end / template.timescale, long);
			const movie = new DataView(bytes.buffer, 8);
			const [listed] = tracksOf(movie) ?? [];
			const table = new SampleTable(movie, listed!);
			expect(templateOf(movie, listed!)).toMatchObject({ timescale: 600, description: template.description });

			let at = 1000;
			const delay = track.listed.played.fromUnits;
			const expected = packets.map((packet, n) => {
				const size = packetSize(packet);
				at += size;
				return { n, shownAt: packet.shownAt + delay, key: packet.key, at: at - size, size };
			});
			const from = Math.min(skip, packets.length - 1);
			const read = [...table.samples(from)].map(({ length: _, ...sample }) => sample);
			expect(read).toEqual(expected.slice(from));
			const wanted = expected[from]!;
			expect(table.find(wanted.shownAt)).toBe(from);
			expect(table.keyBefore(from)).toBe(from - (from % 5));
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
