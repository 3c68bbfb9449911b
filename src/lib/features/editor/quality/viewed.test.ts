import { expect, test } from 'vitest';
import { FACTS } from '../editor-fakes.ts';
import { text } from './text.ts';
import { undecodable } from './viewed.ts';

const video = { ...FACTS.video!, width: 3840, height: 2160 };
const sound = (codec: string) => [{ codec, sampleRateHz: 48_000, channels: 2 }];

test('a copy is needed for a picture, or for a sound, that this browser cannot decode', () => {
	const facts = { ...FACTS, video: { ...video, codec: 'hevc' }, audio: sound('aac') };
	expect(undecodable({ ...facts, playable: 'preview' })).toBe('hevc');
	expect(undecodable({ ...facts, playable: 'native' })).toBeUndefined();
	expect(undecodable({ ...facts, playable: 'webcodecs' })).toBeUndefined();
	expect(undecodable({ ...facts, playable: 'webcodecs', audio: sound('pcm_s16le') })).toBeUndefined();
	expect(undecodable({ ...facts, playable: 'webcodecs', audio: sound('ac3') })).toBe('ac3');
});

test('choices tell how large the picture is, one that is no larger than the original', () => {
	const of = (shape: { width: number; height: number }) => ({ ...FACTS, video: { ...video, ...shape } });
	expect(text.option('original', of({ width: 3840, height: 2160 }))).toBe('Original · 2160p');
	expect(text.option('low', of({ width: 2160, height: 3840 }))).toBe('Low · 720p');
	expect(text.option('medium', of({ width: 640, height: 360 }))).toBe('Medium · 360p');
});
