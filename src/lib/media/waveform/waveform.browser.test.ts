import { afterEach, expect, test } from 'vitest';
import type { DerivedCache } from '../derived-cache.ts';
import { testFile } from '../player/test-player.ts';
import { BUCKETS_PER_S, findSilences, Waveform } from './index.ts';

const waveforms: Waveform[] = [];
afterEach(() => {
	for (const waveform of waveforms.splice(0)) waveform.dispose();
});

async function open(name: string, cache?: DerivedCache): Promise<{ waveform: Waveform; order: number[] }> {
	const { file, facts } = await testFile(name);
	const order: number[] = [];
	const waveform: Waveform = new Waveform({
		file,
		name,
		originS: facts.firstTimestampS,
		durationS: facts.durationS,
		cache,
		onChange: () => {
			waveform.pyramid.filled.forEach((filled, chunk) => {
				if (filled === 1 && !order.includes(chunk)) order.push(chunk);
			});
		},
	});
	waveforms.push(waveform);
	return { waveform, order };
}

/** Where it becomes loud after 100 ms of near silence, in seconds on the file's own timeline. */
function onsets({ pyramid }: Waveform): number[] {
	const { finest, count, originS } = pyramid;
	const found: number[] = [];
	let quiet = 20;
	for (let n = 0; n < count; n += 1) {
		const loud = (finest.max[n] ?? 0) > 24;
		if (loud && quiet >= 20) found.push(originS + n / BUCKETS_PER_S);
		quiet = loud ? 0 : quiet + 1;
	}
	return found;
}

// A click stands at every whole second of the picture; where the file begins at 5 s, so do they.
test.each([
	['h264-aac-60s.mp4', 60, 0],
	['h264-opus.mkv', 5, 0],
	['vp9-opus.webm', 5, 0],
	['h264-aac.mov', 5, 0],
	['first-timestamp-5s.mp4', 5, 5],
	['audio-only.m4a', 5, 0],
])('%s: the peaks stand where the clicks are', async (name, clicks, firstS) => {
	const { waveform } = await open(name);
	const whole = await waveform.whole();
	expect(whole.ok).toBe(true);
	const found = onsets(waveform);
	expect(found).toHaveLength(clicks);
	found.forEach((atS, n) => expect(Math.abs(atS - firstS - n)).toBeLessThan(0.012));
});

test('what is seen is read first, then the rest', async () => {
	const { waveform, order } = await open('h264-aac-10min.mp4');
	waveform.want(305, 335);
	expect((await waveform.whole()).ok).toBe(true);
	expect(order.slice(0, 4)).toEqual([30, 31, 32, 33]);
	expect(order).toHaveLength(60);
});

test('while it rests only what is seen is read', async () => {
	const { waveform, order } = await open('h264-aac-10min.mp4');
	waveform.rest(true);
	waveform.want(100, 119);
	await expect.poll(() => order.length).toBe(2);
	waveform.want(400, 401);
	await expect.poll(() => order).toEqual([10, 11, 40]);
	expect(waveform.pyramid.complete).toBe(false);
});

test('silences lie between the clicks', async () => {
	const { waveform } = await open('h264-aac-60s.mp4');
	const whole = await waveform.whole();
	if (!whole.ok) throw new Error(JSON.stringify(whole.error));
	// Under the clicks lies a tone at −31 dB.
	expect(findSilences(whole.value, { thresholdDb: -40 })).toEqual([]);
	const silences = findSilences(whole.value, { thresholdDb: -25, minS: 0.5 });
	expect(silences).toHaveLength(60);
	for (const { inS, outS } of silences.slice(0, 59)) {
		expect(outS - Math.round(outS)).toBeGreaterThan(-0.03);
		expect(outS - Math.round(outS)).toBeLessThan(0.01);
		expect(outS - inS).toBeGreaterThan(0.8);
	}
});

test('it is kept, and read again without the file', async () => {
	const kept = new Map<string, Blob>();
	const cache: DerivedCache = {
		get: (name) => Promise.resolve(kept.get(name)),
		put: (name, made) => Promise.resolve(void kept.set(name, made)),
	};
	const { waveform } = await open('h264-opus.mkv', cache);
	await waveform.whole();
	const { originS, count } = waveform.pyramid;
	const again = new Waveform({
		file: new File(['gone'], 'gone.mkv'),
		name: 'gone.mkv',
		originS,
		durationS: count / BUCKETS_PER_S,
		cache,
		onChange: () => undefined,
	});
	waveforms.push(again);
	expect((await again.whole()).ok).toBe(true);
	expect(again.pyramid.finest).toEqual(waveform.pyramid.finest);
	expect(kept.get('waveform.bin')!.size).toBeLessThan(5 * 700);
});

test('a file without sound says so', async () => {
	const { waveform } = await open('no-audio.mp4');
	expect(await waveform.whole()).toMatchObject({
		ok: false,
		error: { kind: 'unsupported', detail: 'it has no sound' },
	});
});

test('waiting for the whole can be given up', async () => {
	const { waveform } = await open('h264-aac-10min.mp4');
	const abort = new AbortController();
	const waiting = waveform.whole(abort.signal);
	abort.abort();
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
