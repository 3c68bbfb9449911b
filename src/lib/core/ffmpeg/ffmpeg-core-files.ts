/** Version of `@ffmpeg/core` (ffmpeg 5.1, one thread) that is served beside the app; part of its address, so it may be cached for good. */
export const FFMPEG_CORE_VERSION = '0.12.10';

const folder = `/wasm/ffmpeg/${FFMPEG_CORE_VERSION}`;

/** Paths on the app's own origin. */
export const FFMPEG_CORE_PATHS = { script: `${folder}/ffmpeg-core.js`, wasm: `${folder}/ffmpeg-core.wasm` } as const;

/** What both files weigh, in bytes: for progress when the server does not tell. */
export const FFMPEG_CORE_BYTES = 32_344_223;

/** Cache where a page without a service worker keeps them. */
export const FFMPEG_CORE_CACHE = 'octocut-ffmpeg-core';
