import type { SoundEncoder } from './aac-encoder.ts';

/** No browser encodes MP3: LAME in WebAssembly does (300 kB, loaded once). What it puts in front stands in the file's first frame, for players to skip. */
export async function prepareMp3(): Promise<SoundEncoder> {
	const { registerMp3Encoder } = await import('@mediabunny/mp3-encoder');
	registerMp3Encoder();
	return { primingSamples: 0, title: 'MP3 (LAME)' };
}
