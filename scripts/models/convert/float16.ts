const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** Largest number of half precision. */
export const FLOAT16_MAX = 65504;

/**
 * The bits of `value` in half precision (IEEE 754 binary16), rounded to nearest, ties to even.
 * Defined for finite values up to {@link FLOAT16_MAX}; larger ones become infinite.
 */
export function toFloat16(value: number): number {
	single[0] = value;
	const from = bits[0] ?? 0;
	const sign = (from >>> 16) & 0x8000;
	const exponent = ((from >>> 23) & 0xff) - 112;
	const mantissa = from & 0x7fffff;
	// 2⁻²⁵ and below are nearer to zero than to the smallest number there is.
	if (exponent < -10) return sign;
	if (exponent > 30) return sign | 0x7c00;
	const shift = exponent > 0 ? 13 : 14 - exponent;
	const whole = exponent > 0 ? (exponent << 23) | mantissa : mantissa | 0x800000;
	const half = 1 << (shift - 1);
	const low = whole & ((1 << shift) - 1);
	const kept = whole >>> shift;
	// A carry out of the mantissa lands in the exponent, where it belongs.
	return sign | (kept + (low > half || (low === half && kept & 1) ? 1 : 0));
}
