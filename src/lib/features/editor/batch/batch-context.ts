import { createContext } from 'svelte';
import type { BatchState } from './batch-state.svelte.ts';

/** The batch of the open file, set by the editor's page. */
export const [getBatch, setBatch] = createContext<BatchState>();
