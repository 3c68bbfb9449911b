/**
 * Why a model could not be prepared. `offline` and `disk` pass by themselves or with a little room; `integrity`, `damaged` and
 * `unsupported` mean that what came is not what was asked for.
 */
export type ModelTrouble = 'offline' | 'disk' | 'integrity' | 'damaged' | 'unsupported';

/** Its message is one sentence for the person at the terminal: the thing, the reason, the next step. */
export class ModelError extends Error {
	override name = 'ModelError';
	readonly trouble: ModelTrouble;

	constructor(trouble: ModelTrouble, message: string, options?: ErrorOptions) {
		super(message, options);
		this.trouble = trouble;
	}
}
