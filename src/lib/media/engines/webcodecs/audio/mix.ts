/** One Float32Array per channel, all of one length; samples are −1..1. */
export type Planes = readonly Float32Array<ArrayBuffer>[];

const HALF_POWER = Math.SQRT1_2;

/**
 * How loud each source channel is on the left and the right (ITU-R BS.775), for channels in the order of WAVE and ffmpeg:
 * front left, front right, centre, low frequency, back left, back right, side left, side right. The low-frequency channel is left out.
 */
const DOWNMIX: Readonly<Record<number, { readonly left: readonly number[]; readonly right: readonly number[] }>> = {
	3: { left: [1, 0, HALF_POWER], right: [0, 1, HALF_POWER] },
	4: { left: [1, 0, HALF_POWER, 0], right: [0, 1, 0, HALF_POWER] },
	5: { left: [1, 0, HALF_POWER, HALF_POWER, 0], right: [0, 1, HALF_POWER, 0, HALF_POWER] },
	6: { left: [1, 0, HALF_POWER, 0, HALF_POWER, 0], right: [0, 1, HALF_POWER, 0, 0, HALF_POWER] },
	7: { left: [1, 0, HALF_POWER, 0, 0.5, HALF_POWER, 0], right: [0, 1, HALF_POWER, 0, 0.5, 0, HALF_POWER] },
	8: {
		left: [1, 0, HALF_POWER, 0, HALF_POWER, 0, HALF_POWER, 0],
		right: [0, 1, HALF_POWER, 0, 0, HALF_POWER, 0, HALF_POWER],
	},
};

/** `source` with one or two channels. More than two are mixed down so that full scale on every channel does not clip. */
export function mixTo(source: Planes, channels: 1 | 2): Planes {
	const [first, second] = source;
	if (first === undefined || source.length === channels) return source;
	if (source.length === 1) return [first, first];
	if (source.length === 2 && second !== undefined) return [weighted(source, [0.5, 0.5])];
	const mix = DOWNMIX[source.length] ?? { left: [1, 0], right: [0, 1] };
	const scale = 1 / mix.left.reduce((sum, weight) => sum + weight, 0);
	const stereo = [mix.left, mix.right].map((weights) =>
		weighted(
			source,
			weights.map((weight) => weight * scale),
		),
	);
	return channels === 2 ? stereo : [weighted(stereo, [0.5, 0.5])];
}

function weighted(source: Planes, weights: readonly number[]): Float32Array<ArrayBuffer> {
	const mixed = new Float32Array(source[0]?.length ?? 0);
	source.forEach((plane, channel) => {
		const weight = weights[channel] ?? 0;
		if (weight === 0) return;
		for (let i = 0; i < mixed.length; i += 1) mixed[i] = (mixed[i] as number) + (plane[i] as number) * weight;
	});
	return mixed;
}
