export { ensureCore, isCoreAvailable, type CoreOptions } from './core-module.ts';
export { makePreview, type PreviewOptions } from './preview.ts';
export { probeWithFfmpeg, type FfmpegProbeOptions } from './probe.ts';
export { UNDECODABLE } from './probe.ts';
export { thumbnailWithFfmpeg, type FfmpegThumbnailOptions } from './thumbnail.ts';
