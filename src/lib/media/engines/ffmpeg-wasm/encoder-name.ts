import type { ExportTask } from '#core/export/export-task';

const PICTURES = { avc: 'libx264', hevc: 'libx265', vp9: 'libvpx-vp9', av1: 'libsvtav1' } as const;

/** What made the output, for records: of the picture where there is one, else of the sound. */
export function encoderName({ video, audio }: ExportTask): string {
	switch (video.kind) {
		case 'gif':
			return 'gif (ffmpeg.wasm)';
		case 'frames':
			return `${video.format} (ffmpeg.wasm)`;
		case 'copy':
			return 'copied by ffmpeg';
		case 'none':
			return audio.kind === 'encode' ? `${audio.codec} (ffmpeg.wasm)` : 'pcm-s16 (ffmpeg.wasm)';
		default:
			return `${PICTURES[video.codec]} (ffmpeg.wasm)`;
	}
}
