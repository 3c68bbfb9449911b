import { describe, expect, test } from 'vitest';
import { lastWord } from './last-word.ts';
import { indexFromPackets } from './index-from-packets.ts';
import { PacketCollector } from './probe-packets.ts';
import { factsFrom } from './probe-facts.ts';
import { Overview } from './probe-overview.ts';

const file = { fingerprint: `1-${'0'.repeat(64)}`, name: 'a.avi', bytes: 1 };
const packetsOf = (...lines: string[]) => {
	const collector = new PacketCollector();
	for (const line of lines) collector.add(line);
	return collector.table();
};
const second = { num: 1, den: 25 };

describe('the index of a file that ffmpeg reads', () => {
	test('is the presentation times, sorted, where there are any', () => {
		const index = indexFromPackets(
			packetsOf(
				'pts=0|dts=-1|duration=1|size=10|pos=1|flags=K__',
				'pts=3|dts=0|duration=1|size=5|pos=2|flags=___',
				'pts=1|dts=1|duration=1|size=5|pos=3|flags=___',
				'pts=2|dts=2|duration=1|size=5|pos=4|flags=___',
			),
			second,
			undefined,
		);
		expect([...index.ptsUs]).toEqual([0, 40_000, 80_000, 120_000]);
		expect(index.endUs).toBe(160_000);
	});

	test('is the decoding times, moved to where decoding shows the first picture, where there are none', () => {
		const lines = Array.from(
			{ length: 8 },
			(_, n) => `pts=N/A|dts=${n}|duration=1|size=1|pos=1|flags=${n % 4 === 0 ? 'K_' : '__'}`,
		);
		const index = indexFromPackets(packetsOf(...lines), second, 0.08);
		expect(index.ptsUs[0]).toBe(80_000);
		expect(index.ptsUs).toHaveLength(8);
		// The second key frame is marked where it is shown at the latest.
		expect([...index.key]).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
	});

	test('counts at the given rate where no time is told at all', () => {
		const index = indexFromPackets(
			packetsOf('pts=N/A|dts=N/A|duration=N/A|flags=K_', 'pts=N/A|dts=N/A|duration=N/A|flags=__'),
			second,
			0,
			{ num: 10, den: 1 },
		);
		expect([...index.ptsUs]).toEqual([0, 100_000]);
	});

	test('leaves out pictures that an edit list hides', () => {
		expect(packetsOf('pts=-5|dts=-5|duration=1|flags=KD_', 'pts=0|dts=0|duration=1|flags=___').pts).toHaveLength(1);
	});

	test('grows past its first room', () => {
		const lines = Array.from({ length: 10_000 }, (_, n) => `pts=${n}|dts=${n}|duration=1|size=2|pos=${n}|flags=K_`);
		const table = packetsOf(...lines);
		expect([table.pts.length, table.pts[9999], table.bytes]).toEqual([10_000, 9999, 20_000]);
	});
});

describe('the facts of a file that ffmpeg reads', () => {
	const packets = packetsOf(
		'pts=0|dts=0|duration=1|size=100|pos=0|flags=K_',
		'pts=1|dts=1|duration=1|size=100|pos=0|flags=__',
	);
	const overview = (stream: object, ...more: object[]) =>
		Overview.parse({
			streams: [
				{ codec_type: 'video', codec_name: 'mpeg4', width: 720, height: 576, time_base: '1/25', ...stream },
				...more,
			],
			format: { format_name: 'avi' },
		});
	const videoOf = (stream: object) => {
		const probed = factsFrom({ packets, firstPictureS: undefined }, overview(stream), file);
		if (!probed.ok) throw new Error(JSON.stringify(probed.error));
		return probed.value.facts.video;
	};

	test.each([
		[{ sample_aspect_ratio: '64:45' }, { width: 1024, height: 576, pixelAspect: { num: 64, den: 45 } }],
		[{ sample_aspect_ratio: '1:2' }, { width: 720, height: 1152 }],
		[{ sample_aspect_ratio: '0:1' }, { width: 720, height: 576 }],
		[{ side_data_list: [{ rotation: -90 }] }, { width: 576, height: 720, rotation: 90, codedWidth: 720 }],
		[{ side_data_list: [{ rotation: 180 }] }, { rotation: 180 }],
		[
			{ color_transfer: 'arib-std-b67', pix_fmt: 'yuv420p10le' },
			{ hdr: true, bitDepth: 10 },
		],
	])('%o', (stream, expected) => {
		expect(videoOf(stream)).toMatchObject(expected);
	});

	test('a cover picture is no film', () => {
		const probed = factsFrom(
			{ packets: undefined, firstPictureS: undefined },
			overview(
				{ disposition: { attached_pic: 1 } },
				{ codec_type: 'audio', codec_name: 'mp3', sample_rate: '44100', channels: 2, duration: '12.5' },
			),
			file,
		);
		expect(probed).toMatchObject({
			ok: true,
			value: { facts: { durationS: 12.5, audio: [{ codec: 'mp3', sampleRateHz: 44100 }] } },
		});
		expect(probed.ok && probed.value.facts.video).toBeUndefined();
	});
});

describe('what ffmpeg said', () => {
	test('is told without addresses and our own file names', () => {
		expect(
			lastWord([
				'[avi @ 0xe31390] low score',
				'file:/io/input0: Invalid data found when processing input',
				'Conversion failed!',
			]),
		).toBe('Invalid data found when processing input');
		expect(lastWord([])).toBe('ffmpeg said nothing');
	});
});
