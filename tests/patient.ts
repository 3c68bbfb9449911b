import { vi } from 'vitest';
import { PATIENCE_MS } from './patience.ts';

/* Setup of every test file. Vitest has no setting for how long `vi.waitFor` waits: by itself a second, which a busy machine needs for itself. */

const { waitFor } = vi;
vi.waitFor = (check, options) =>
	waitFor(check, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
