/** How long a test waits for what it expects before it gives up, in milliseconds. */
export const PATIENCE_MS = 60_000;
