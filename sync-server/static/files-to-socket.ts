import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { ServerResponse } from 'node:http';
import { type FilePart, takePart } from './file-part.ts';
import { sendPart } from './send-part.ts';

/** A client that takes nothing for this long is let go; it can ask for the rest. */
const STALLED_MS = 10 * 60 * 1000;

/**
 * Writes files to the client's socket from a few buffers that are used again: several times faster than a web stream, which wants fresh memory
 * for each chunk, and bounded however many clients there are. The first middleware of all, so that every header is there.
 */
export const filesToSocket: MiddlewareHandler = async (c, next) => {
	await next();
	const outgoing = (c.env as Partial<HttpBindings> | undefined)?.outgoing;
	if (outgoing === undefined || c.res.body === null) return;
	const part = takePart(c.req.raw);
	if (part === undefined) return;
	const { status, headers } = c.res;
	send(outgoing, part, status, [...headers]).catch((thrown: unknown) => {
		outgoing.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
	});
	c.res = undefined;
	c.res = RESPONSE_ALREADY_SENT;
};

async function send(
	outgoing: ServerResponse,
	part: FilePart,
	status: number,
	headers: readonly (readonly [string, string])[],
): Promise<void> {
	try {
		if (outgoing.destroyed) return;
		for (const [name, value] of headers) outgoing.appendHeader(name, value);
		outgoing.setTimeout(STALLED_MS, () => outgoing.destroy());
		outgoing.writeHead(status);
		if (await sendPart(part, outgoing)) outgoing.end();
		else outgoing.destroy();
	} finally {
		await part.handle.close();
	}
}
