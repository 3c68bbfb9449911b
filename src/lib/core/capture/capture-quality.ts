/** 75 looks like the film (CRF 18 of H.264); each step of ten is three of CRF. */
export const crfOf = (quality: number): number => Math.min(40, Math.max(10, Math.round(18 + (75 - quality) * 0.3)));

/** A picture that nobody gave a size: GIFs of full size are larger than the clip. */
export const GIF_SHORT_SIDE = 480;
/** Most pictures a second in a GIF. */
export const GIF_MOST_FPS = 20;
/** Bits per second. */
export const SOUND_BITRATE = { mp4: 192_000, webm: 128_000, mp3: 192_000 } as const;
