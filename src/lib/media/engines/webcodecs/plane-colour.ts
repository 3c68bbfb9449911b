import type { Plane } from './planes.ts';

/** How luma and chroma make colours. */
export interface PlaneColour {
	/** As in `VideoColorSpace.matrix`; null when the file does not tell. */
	readonly matrix: string | null;
	readonly fullRange: boolean;
}

/** Shares of red and blue in luma: ITU-R BT.601, BT.709 and BT.2020. */
const SHARES: Readonly<Record<string, readonly [red: number, blue: number]>> = {
	smpte170m: [0.299, 0.114],
	bt470bg: [0.299, 0.114],
	bt709: [0.2126, 0.0722],
	'bt2020-ncl': [0.2627, 0.0593],
};

export const colourOf = ({ matrix, fullRange }: VideoColorSpaceInit): PlaneColour => ({
	matrix: matrix ?? null,
	fullRange: fullRange === true,
});

/** Luma of black. */
export const blackOf = ({ fullRange }: PlaneColour): number => (fullRange ? 0 : 16);

const sharesOf = ({ matrix }: PlaneColour): readonly [number, number] | undefined => SHARES[matrix ?? ''];

/** True when the same numbers mean other colours. What a file does not tell is taken to be the same. */
export function differs(from: PlaneColour, to: PlaneColour): boolean {
	const [a, b] = [sharesOf(from), sharesOf(to)];
	return from.fullRange !== to.fullRange || (a !== undefined && b !== undefined && a[0] !== b[0]);
}

/** Changes 4:2:0 planes in place, so that they show in `to` what they showed in `from`. */
export function recolour(planes: readonly Plane[], from: PlaneColour, to: PlaneColour): void {
	const [luma, blue, red] = planes;
	if (luma === undefined || blue === undefined || red === undefined) return;
	const [kr, kb] = sharesOf(from) ?? sharesOf(to) ?? [0.2126, 0.0722];
	const [krTo, kbTo] = sharesOf(to) ?? [kr, kb];
	const [lumaFrom, lumaTo] = [from.fullRange ? 255 : 219, to.fullRange ? 255 : 219];
	const [chromaFrom, chromaTo] = [from.fullRange ? 255 : 224, to.fullRange ? 255 : 224];
	// Red and blue less luma are multiples of the chroma; green is what luma leaves.
	const [redOf, blueOf] = [2 * (1 - kr), 2 * (1 - kb)];
	const kg = 1 - kr - kb;
	const kgTo = 1 - krTo - kbTo;
	const lumaByRed = krTo * redOf - (kgTo * kr * redOf) / kg;
	const lumaByBlue = kbTo * blueOf - (kgTo * kb * blueOf) / kg;
	const [offset, black] = [blackOf(from), blackOf(to)];
	const clamped = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value + 0.5);
	const stretch = lumaTo / lumaFrom;
	for (let y = 0; y < blue.height; y += 1) {
		for (let x = 0; x < blue.width; x += 1) {
			const at = y * blue.width + x;
			const pb = ((blue.data[at] as number) - 128) / chromaFrom;
			const pr = ((red.data[at] as number) - 128) / chromaFrom;
			const lift = lumaByBlue * pb + lumaByRed * pr;
			blue.data[at] = clamped(128 + (chromaTo * (blueOf * pb - lift)) / (2 * (1 - kbTo)));
			red.data[at] = clamped(128 + (chromaTo * (redOf * pr - lift)) / (2 * (1 - krTo)));
			const [bottom, right] = [Math.min(luma.height, 2 * y + 2), Math.min(luma.width, 2 * x + 2)];
			for (let row = 2 * y; row < bottom; row += 1) {
				for (let column = 2 * x; column < right; column += 1) {
					const here = row * luma.width + column;
					const value = ((luma.data[here] as number) - offset) * stretch + lift * lumaTo + black;
					luma.data[here] = clamped(value);
				}
			}
		}
	}
}
