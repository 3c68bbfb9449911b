/**
 * Runs `write` with a stream that goes on into `target`. When it rejects, `target` is aborted with the reason, whoever holds a lock on the
 * stream that was given: what was written so far is dropped. Rejects with what `write` or `target` throws.
 */
export async function wholeOrNothing(
	target: WritableStream<Uint8Array>,
	write: (sink: WritableStream<Uint8Array>) => Promise<void>,
): Promise<void> {
	const writer = target.getWriter();
	const sink = new WritableStream<Uint8Array>({
		write: (piece) => writer.write(piece),
		close: () => writer.close(),
	});
	try {
		await write(sink);
	} catch (thrown) {
		await writer.abort(thrown).catch((late: unknown) => console.debug('The stream had ended already:', late));
		throw thrown;
	} finally {
		writer.releaseLock();
	}
}
