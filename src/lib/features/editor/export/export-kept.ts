import type { EngineChoice } from '#core/export/export-settings';
import type { MediaEngine } from '$lib/media/engine';
import type { EngineDecision } from '$lib/media/planner';
import type { Destination } from '$lib/storage/job-record';

/** Names of the settings that outlive a visit. */
export const SETTINGS_KEY = 'export.settings';
export const DESTINATION_KEY = 'export.destination';

export const systemNow = (): Date => new Date();

/** Engines as people know them. */
export const ENGINE_LABELS = { webcodecs: 'WebCodecs', 'ffmpeg-wasm': 'ffmpeg', server: 'the server' } as const;

/** Who may make what goes to `destination`: what lies in the folder of a server is made by it. */
export const enginesFor = (
	{ kind }: Destination,
	engines: readonly MediaEngine[],
	choice: EngineChoice,
): [readonly MediaEngine[], EngineChoice] =>
	kind === 'server' ? [engines.filter(({ name }) => name === 'server'), 'server'] : [engines, choice];

/** Why this engine makes it, as is said of the plan: what goes to the folder of a server leaves no choice. */
export const reasonOn = (destination: Destination, { ability, reason }: EngineDecision): string =>
	destination.kind === 'server' ? `${ability.encoder}, on ${destination.name}.` : reason;
