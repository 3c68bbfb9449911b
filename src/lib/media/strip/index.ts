export type { DerivedCache } from '../derived-cache.ts';
export { ThumbnailStrip, type StripOptions } from './thumbnail-strip.ts';
export { evenTimes, slotSeconds, slotsIn, wantedKeys, type StripView, type TileSlot } from './tile-plan.ts';
