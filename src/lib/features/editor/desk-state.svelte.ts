/** A tool of the editor that shows in a column, one at a time. */
export type PanelName = 'segments' | 'marks' | 'files' | 'lists' | 'crop' | 'track' | 'batch' | 'film' | 'export';
export type DeskSide = 'left' | 'right';

export const SIDES: Readonly<Record<DeskSide, readonly PanelName[]>> = {
	left: ['segments', 'marks', 'files', 'lists'],
	right: ['crop', 'track', 'batch', 'film', 'export'],
};

const sideOf = (name: PanelName): DeskSide => (SIDES.left.includes(name) ? 'left' : 'right');

/** Where the choice of panels is kept in this browser: read at once, so that nothing jumps when the editor opens. */
const KEPT_AS = 'octocut:desk';
const NAMES: readonly PanelName[] = [...SIDES.left, ...SIDES.right];

/** Which panels are in sight: one in each column, or one in all where there is room for no more. */
export class DeskState {
	readonly #kept: Pick<Storage, 'getItem' | 'setItem'>;
	#shown: Readonly<Record<DeskSide, PanelName>> = $state.raw({ left: 'segments', right: 'crop' });
	/** What the export panel covered. */
	#before: { readonly right: PanelName; readonly last: PanelName } = $state.raw({ right: 'crop', last: 'segments' });
	#last: PanelName = $state('segments');
	#tall = $state(false);

	constructor(kept: Pick<Storage, 'getItem' | 'setItem'> = localStorage) {
		this.#kept = kept;
		const [left, right, last] = (kept.getItem(KEPT_AS) ?? '')
			.split(' ')
			.map((kept) => NAMES.find((name) => name === kept));
		if (left === undefined || right === undefined || last === undefined) return;
		if (sideOf(left) !== 'left' || sideOf(right) !== 'right') return;
		this.#shown = { left, right };
		this.#last = last;
	}

	/** The panel of a column. */
	on(side: DeskSide): PanelName {
		return this.#shown[side];
	}
	/** The panel that was shown last: the only one in sight on a phone. */
	get last(): PanelName {
		return this.#last;
	}
	/** On a phone: the panel lies over transport and timeline, and leaves the picture. */
	get tall(): boolean {
		return this.#tall;
	}
	set tall(tall: boolean) {
		this.#tall = tall;
	}

	isShown(name: PanelName): boolean {
		return this.#shown[sideOf(name)] === name;
	}

	/** The export panel needs room: it opens tall. */
	show(name: PanelName): void {
		if (name === 'export') {
			if (this.isShown('export') && this.#last === 'export') return;
			if (!this.isShown('export')) this.#before = { right: this.#shown.right, last: this.#last };
			this.#tall = true;
		}
		this.#shown = { ...this.#shown, [sideOf(name)]: name };
		this.#last = name;
		this.#keep();
	}

	/** Back to what the export panel covered. False when it was not open. */
	closeExport(): boolean {
		if (!this.isShown('export')) return false;
		this.#shown = { ...this.#shown, right: this.#before.right };
		this.#last = this.#last === 'export' ? this.#before.last : this.#last;
		this.#tall = false;
		this.#keep();
		return true;
	}

	/** The export panel is a step of the work, no place to come back to. */
	#keep(): void {
		const { left, right } = this.#shown;
		const open = right === 'export';
		const last = this.#last === 'export' ? this.#before.last : this.#last;
		this.#kept.setItem(KEPT_AS, [left, open ? this.#before.right : right, last].join(' '));
	}
}
