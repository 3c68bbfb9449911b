export const SCREENSHOT_FORMATS = ['jpeg', 'png', 'webp'] as const;
export const CLIP_FORMATS = ['mp4', 'webm', 'gif', 'mp3'] as const;
export const CAPTURE_FORMATS = [...SCREENSHOT_FORMATS, ...CLIP_FORMATS] as const;

export type ScreenshotFormat = (typeof SCREENSHOT_FORMATS)[number];
export type ClipFormat = (typeof CLIP_FORMATS)[number];
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];
