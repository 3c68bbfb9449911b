/**
 * Addresses that servers hand out may end (they are signed for a while). Whoever reads, in whichever worker, asks here for a new one, and the
 * page answers: a channel reaches all of them, and no call needs to carry a way back.
 */
const CHANNEL = 'octocut:addresses';
/** How long the answer may take: the page asks its server. */
const ANSWER_MS = 10_000;

type Message =
	| { readonly kind: 'ask'; readonly id: string }
	| { readonly kind: 'answer'; readonly id: string; readonly url: string | undefined };

/** Answers with what `addressOf` says of an id: a new address, or that there is none. Gives what ends it. Once a page. */
export function answerAddresses(addressOf: (id: string) => Promise<string | undefined>): () => void {
	const channel = new BroadcastChannel(CHANNEL);
	channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
		if (data.kind !== 'ask') return;
		const { id } = data;
		const answer = (url: string | undefined): void =>
			channel.postMessage({ kind: 'answer', id, url } satisfies Message);
		addressOf(id).then(answer, (thrown: unknown) => {
			console.warn('A new address could not be had:', thrown);
			answer(undefined);
		});
	});
	return () => channel.close();
}

/** A new address for the file of that id; undefined when there is none. */
export async function newAddress(id: string | undefined): Promise<string | undefined> {
	if (id === undefined) return undefined;
	const channel = new BroadcastChannel(CHANNEL);
	let timer: ReturnType<typeof setTimeout> | undefined;
	try {
		return await new Promise<string | undefined>((resolve) => {
			timer = setTimeout(() => resolve(undefined), ANSWER_MS);
			channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
				if (data.kind === 'answer' && data.id === id) resolve(data.url);
			});
			channel.postMessage({ kind: 'ask', id } satisfies Message);
		});
	} finally {
		clearTimeout(timer);
		channel.close();
	}
}
