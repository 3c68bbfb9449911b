import { describe, expect, test } from 'vitest';
import type { EncodedVideo } from '../export/export-task.ts';
import { encoderArgs, type FfmpegEncoder } from './ffmpeg-encoders.ts';
import { deviceArgs, hardwareOf, takesPicture, uploadFilters } from './ffmpeg-hardware.ts';

const video = {
	...{ kind: 'mp4', codec: 'avc', size: { width: 1280, height: 720 }, rate: 'source', frames: 60 },
	...{ scaling: 'fast' },
} as const satisfies Omit<EncodedVideo, 'quality'>;

/** The arguments up to what all encoders have in common. */
function argsOf(encoder: FfmpegEncoder, quality: { crf: number } | { bitrate: number }): string {
	const args = encoderArgs({ ...video, quality }, { fps: { num: 30, den: 1 }, variable: false }, { encoder });
	return args.slice(0, args.indexOf('-colorspace')).join(' ');
}

describe('constant quality', () => {
	test.each<[FfmpegEncoder, string]>([
		['libx264', '-preset veryfast -crf 20 -pix_fmt yuv420p -g 60 -x264-params fps=30/1'],
		['libx265', '-preset veryfast -tag:v hvc1 -x265-params log-level=error -crf 20 -pix_fmt yuv420p -g 60'],
		['libsvtav1', '-preset 8 -crf 25 -b:v 0 -pix_fmt yuv420p -g 60'],
		['h264_nvenc', '-preset p4 -tune hq -spatial-aq 1 -rc vbr -cq 20 -b:v 0 -profile:v high -g 60'],
		['hevc_nvenc', '-preset p4 -tune hq -spatial-aq 1 -rc vbr -cq 20 -b:v 0 -tag:v hvc1 -g 60'],
		['av1_nvenc', '-preset p4 -tune hq -spatial-aq 1 -rc vbr -cq 25 -b:v 0 -g 60'],
		['h264_vaapi', '-rc_mode CQP -qp 20 -profile:v high -g 60'],
		['hevc_vaapi', '-rc_mode CQP -qp 20 -tag:v hvc1 -g 60'],
		['av1_vaapi', '-rc_mode CQP -qp 100 -g 60'],
		['h264_qsv', '-preset medium -global_quality 20 -look_ahead 0 -profile:v high -g 60'],
		['h264_amf', '-quality balanced -rc cqp -qp_i 20 -qp_p 20 -profile:v high -g 60'],
		['h264_videotoolbox', '-q:v 60 -allow_sw 0 -prio_speed 1 -profile:v high -g 60'],
	])('%s', (encoder, args) => {
		expect(argsOf(encoder, { crf: 20 })).toBe(`-c:v ${encoder} ${args}`);
	});
});

describe('bits per second', () => {
	test.each<[FfmpegEncoder, string]>([
		['libx264', '-preset veryfast -b:v 2000000 -maxrate 3000000 -bufsize 4000000'],
		['h264_nvenc', '-preset p4 -tune hq -spatial-aq 1 -rc vbr -b:v 2000000 -maxrate 3000000 -bufsize 4000000'],
		['h264_vaapi', '-rc_mode VBR -b:v 2000000 -maxrate 3000000 -bufsize 4000000'],
		['h264_qsv', '-preset medium -b:v 2000000 -maxrate 2000001 -bufsize 4000000'],
		['h264_amf', '-quality balanced -rc vbr_peak -b:v 2000000 -maxrate 3000000 -bufsize 4000000'],
		['h264_videotoolbox', '-b:v 2000000 -allow_sw 0 -prio_speed 1'],
	])('%s', (encoder, args) => {
		expect(argsOf(encoder, { bitrate: 2_000_000 })).toContain(`-c:v ${encoder} ${args} `);
	});
});

test('devices are opened and fed as each family wants it', () => {
	const node = '/dev/dri/renderD128';
	expect(deviceArgs('nvenc', undefined)).toEqual([]);
	expect(deviceArgs('vaapi', node)).toEqual(['-init_hw_device', `vaapi=va:${node}`, '-filter_hw_device', 'va']);
	expect(deviceArgs('qsv', node).join(' ')).toBe(
		`-init_hw_device vaapi=va:${node} -init_hw_device qsv=hw@va -filter_hw_device hw`,
	);
	expect(deviceArgs('qsv', undefined).join(' ')).toBe('-init_hw_device qsv=hw -filter_hw_device hw');
	expect(uploadFilters('nvenc')).toEqual(['format=nv12']);
	expect(uploadFilters('vaapi')).toEqual(['format=nv12', 'hwupload']);
	expect(uploadFilters('qsv')).toEqual(['format=nv12', 'hwupload=extra_hw_frames=64', 'format=qsv']);
});

test('small pictures and low rates are not for hardware', () => {
	const size = { width: 1280, height: 720 };
	expect(takesPicture('nvenc', { size, bitrate: undefined })).toBe(true);
	expect(takesPicture('nvenc', { size: { width: 128, height: 128 }, bitrate: undefined })).toBe(false);
	expect(takesPicture('qsv', { size, bitrate: 500_000 })).toBe(false);
	expect(takesPicture('vaapi', { size, bitrate: 500_000 })).toBe(true);
});

test('only names of hardware encoders are taken for such', () => {
	expect(hardwareOf('hevc_qsv')).toEqual({ codec: 'hevc', family: 'qsv' });
	expect(hardwareOf('libx264')).toBeUndefined();
	expect(hardwareOf('h264_nvenc -f null')).toBeUndefined();
});
