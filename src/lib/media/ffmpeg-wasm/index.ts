export { ensureCore, isCoreAvailable, type CoreOptions } from './core-module.ts';
export { makePreview, type PreviewOptions } from './preview.ts';
export { probeWithFfmpeg, UNDECODABLE, type FfmpegProbed, type FfmpegProbeOptions } from './probe.ts';
export { thumbnailWithFfmpeg, type FfmpegThumbnailOptions } from './thumbnail.ts';
