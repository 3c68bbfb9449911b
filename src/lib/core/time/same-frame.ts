/** Containers round the times of frames: two times no further apart than this, in seconds, stand on the same one. */
export const SAME_FRAME_S = 1e-3;

export const isSameFrame = (aS: number, bS: number): boolean => Math.abs(aS - bS) < SAME_FRAME_S;
