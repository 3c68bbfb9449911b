import { VideoSample } from 'mediabunny';
import { expect, test } from 'vitest';
import { FramePainter } from './frame-painter.ts';

const [WIDTH, HEIGHT] = [64, 32];

/** Luma climbs by 8 a pixel to the right and by 2 a pixel downwards, in stairs that fit into a byte. */
function film(): VideoSample {
	const data = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
	for (let y = 0; y < HEIGHT; y += 1) {
		for (let x = 0; x < WIDTH; x += 1) data[y * WIDTH + x] = 16 + (x % 16) * 8 + (y % 16) * 2;
	}
	const frame = new VideoFrame(data, { format: 'I420', codedWidth: WIDTH, codedHeight: HEIGHT, timestamp: 0 });
	return new VideoSample(frame);
}

async function lumaOf(frame: VideoFrame): Promise<(x: number, y: number) => number> {
	const bytes = new Uint8Array(frame.allocationSize());
	const [plane] = await frame.copyTo(bytes);
	frame.close();
	return (x, y) => bytes[(plane?.offset ?? 0) + y * (plane?.stride ?? 0) + x] ?? -1;
}

const CROP = { x: 20, y: 8, width: 16, height: 16 };
const TIMING = { timestamp: 0, duration: 40_000 };

async function painted(fine: { x: number; y: number } | undefined, size = { width: 16, height: 16 }) {
	const painter = new FramePainter({ size, scaling: 'fast', hdr: false });
	const sample = film();
	const frame = await painter.paint(sample, { ...CROP, ...(fine !== undefined && { fine }) }, TIMING);
	sample.close();
	const luma = await lumaOf(frame);
	return (x: number, y: number): number => luma(x, y);
}

test('a crop between pixels shows what lies between them, across and down', async () => {
	const [whole, between] = [await painted(undefined), await painted({ x: 0.5, y: -0.5 })];
	for (const x of [3, 4, 5, 6]) expect(between(x, 4) - whole(x, 4)).toBe(4 - 1);
	const quarter = await painted({ x: 0.25, y: 0 });
	expect(quarter(5, 5) - whole(5, 5)).toBe(2);
});

test('a crop at the edge of the picture stays inside', async () => {
	const painter = new FramePainter({ size: { width: 16, height: 16 }, scaling: 'fast', hdr: false });
	const sample = film();
	const frame = await painter.paint(
		sample,
		{ x: 48, y: 16, width: 16, height: 16, fine: { x: -0.5, y: -0.5 } },
		TIMING,
	);
	sample.close();
	expect([frame.displayWidth, frame.displayHeight]).toEqual([16, 16]);
	const luma = await lumaOf(frame);
	expect(luma(10, 10)).toBe(16 + 10 * 8 + 10 * 2 - 4 - 1);
});

test('in a much smaller output whole pixels are near enough, and nothing is computed', async () => {
	const luma = await painted({ x: 0.5, y: 0 }, { width: 8, height: 8 });
	expect(luma(0, 0)).toBe(16 + 4 * 8 + 8 * 2);
});
