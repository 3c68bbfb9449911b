import * as z from 'zod';
import { err, ok, type Result } from '#core/result';

/** What the environment decides. */
export const Config = z
	.object({
		/** Name or address to listen on; `localhost` is both 127.0.0.1 and ::1. */
		HOST: z
			.string()
			.trim()
			.min(1, 'is empty; leave it out for localhost, or set an address such as 0.0.0.0')
			.default('localhost'),
		/** 0 takes any free port. */
		PORT: z
			.string()
			.regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
			.transform(Number)
			.refine((port) => port <= 65535, { error: 'must be a whole number from 0 to 65535' })
			.default(8787),
	})
	.transform(({ HOST, PORT }) => ({ host: HOST, port: PORT }));
export type Config = z.output<typeof Config>;

/** Reads the environment; otherwise one sentence for each variable that makes no sense. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Result<Config, string> {
	const parsed = Config.safeParse(environment);
	if (parsed.success) return ok(parsed.data);
	const complaints = parsed.error.issues.map(({ path, message }) => {
		const name = path.join('.');
		return `${name}=${JSON.stringify(environment[name])} ${message}.`;
	});
	return err(complaints.join('\n'));
}
