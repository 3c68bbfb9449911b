import type { FfmpegEncoder } from '#core/ffmpeg/ffmpeg-encoders';
import {
	type EncoderFamily,
	HARDWARE_CODECS,
	type HardwareFamily,
	hardwareEncoder,
} from '#core/ffmpeg/ffmpeg-hardware';
import type { EncoderReport } from '#contract/encoders';
import type { Devices } from './devices.ts';

/** One encoder that may work here. `absent` says why it cannot, without trying. */
export interface Candidate {
	readonly encoder: FfmpegEncoder;
	readonly codec: EncoderReport['codec'];
	readonly family: EncoderFamily;
	readonly device?: string;
	readonly absent?: string;
}

const FAMILIES: readonly HardwareFamily[] = ['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox'];

const SOFTWARE: readonly Candidate[] = [
	{ encoder: 'libx264', codec: 'avc', family: 'software' },
	{ encoder: 'libx265', codec: 'hevc', family: 'software' },
	{ encoder: 'libvpx-vp9', codec: 'vp9', family: 'software' },
	{ encoder: 'libsvtav1', codec: 'av1', family: 'software' },
];

/** All that are worth a try, best first within a codec. Of several render nodes each is tried. */
export function candidates(built: ReadonlySet<string>, devices: Devices): readonly Candidate[] {
	const hardware = HARDWARE_CODECS.flatMap((codec) =>
		FAMILIES.flatMap((family) => {
			const encoder = hardwareEncoder(codec, family);
			const one = { encoder, codec, family };
			if (!built.has(encoder)) return [{ ...one, absent: 'this ffmpeg was built without it' }];
			const places = placesFor(family, devices);
			return typeof places === 'string' ? [{ ...one, absent: places }] : places.map((place) => ({ ...one, ...place }));
		}),
	);
	const software = SOFTWARE.map((one) =>
		built.has(one.encoder) ? one : { ...one, absent: 'this ffmpeg was built without it' },
	);
	return [...hardware, ...software];
}

/** On which devices a family is tried; a reason where there is none. */
function placesFor(family: HardwareFamily, devices: Devices): readonly { readonly device?: string }[] | string {
	const { platform, nvidia, nodes, refused } = devices;
	switch (family) {
		case 'nvenc':
			return nvidia ? [{}] : 'there is no NVIDIA device';
		case 'videotoolbox':
			return platform === 'darwin' ? [{}] : 'it is a part of macOS';
		case 'amf':
			return platform === 'win32' || nodes.length > 0 ? [{}] : (refused ?? 'there is no graphics device');
		case 'vaapi':
			return nodes.length > 0 ? nodes.map((device) => ({ device })) : (refused ?? 'there is no graphics device');
		case 'qsv':
			if (platform === 'win32') return [{}];
			return nodes.length > 0 ? nodes.map((device) => ({ device })) : (refused ?? 'there is no graphics device');
	}
}
