import type { Segment } from '#core/project/project';
import { idSet, toggled } from '$lib/app/id-set';

/** What is chosen besides the segment that the details show. */
interface Group {
	/** The segment that the details show: when another one is chosen, the group is over. */
	readonly head: string;
	readonly ids: ReadonlySet<string>;
}

export interface SegmentChoiceOptions {
	/** The segments of the list, in its order; read within effects. */
	readonly segments: () => readonly Segment[];
	/** The one that the details show. */
	readonly head: () => Segment | undefined;
	readonly setHead: (id: string | null) => void;
}

/** Several chosen segments, for what is done to all of them at once. */
export class SegmentChoice {
	readonly #options: SegmentChoiceOptions;
	#group: Group | undefined = $state.raw();

	/** In the order of the list. */
	readonly all: readonly Segment[] = $derived.by(() => {
		const head = this.#options.head();
		if (head === undefined) return [];
		const group = this.#group;
		if (group?.head !== head.id) return [head];
		return this.#options.segments().filter(({ id }) => id === head.id || group.ids.has(id));
	});
	readonly ids: ReadonlySet<string> = $derived(idSet(this.all.map(({ id }) => id)));

	constructor(options: SegmentChoiceOptions) {
		this.#options = options;
	}

	/** Adds a segment to what is chosen, or takes it out. */
	toggle(id: string): void {
		const ids = toggled(this.ids, id);
		const head = ids.has(id) ? id : [...ids].at(-1);
		this.#set(head, ids);
	}

	/** Chooses everything from the head to `id`. */
	extendTo(id: string): void {
		const segments = this.#options.segments();
		const head = this.#options.head();
		const [from, to] = [head?.id, id].map((one) => segments.findIndex((segment) => segment.id === one));
		if (head === undefined || from === undefined || to === undefined || from === -1 || to === -1) {
			this.#options.setHead(id);
			return;
		}
		const range = segments.slice(Math.min(from, to), Math.max(from, to) + 1);
		this.#set(head.id, idSet(range.map((segment) => segment.id)));
	}

	chooseAll(): void {
		const segments = this.#options.segments();
		this.choose(segments.map(({ id }) => id));
	}

	/** Chooses exactly these; the first one is shown. */
	choose(ids: readonly string[]): void {
		const head = this.#options.head()?.id;
		this.#set(head !== undefined && ids.includes(head) ? head : ids[0], idSet(ids));
	}

	#set(head: string | undefined, ids: ReadonlySet<string>): void {
		this.#options.setHead(head ?? null);
		this.#group = head === undefined ? undefined : { head, ids };
	}
}
