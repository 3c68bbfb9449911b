import { createContext } from 'svelte';
import type { TrackingState } from './tracking-state.svelte.ts';

/** The camera that follows in the open file, set by the editor's page. */
export const [getTracking, setTracking] = createContext<TrackingState>();
