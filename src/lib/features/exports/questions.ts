import type { JobRecord } from '$lib/storage/job-record';
import type { ExportsState } from './exports-state.svelte.ts';
import { nameOf } from './job-facts.ts';
import { factsOf, type JobGroup } from './job-groups.ts';
import { text } from './text.ts';

/** What is asked before files are deleted. */
export type Question =
	| { readonly kind: 'clear' }
	| { readonly kind: 'remove'; readonly record: JobRecord }
	| { readonly kind: 'remove-group'; readonly group: JobGroup }
	| { readonly kind: 'delete'; readonly group: JobGroup };

interface Words {
	readonly title: string;
	readonly text: string;
	readonly confirm: string;
}

export const NO_QUESTION: Words = { title: '', text: '', confirm: '' };

export function questionOf(asked: Question, exports: ExportsState): Words {
	switch (asked.kind) {
		case 'clear':
			return { title: text.clearTitle, text: text.clearText(exports.unsaved), confirm: text.clearYes };
		case 'remove':
			return { title: text.removeTitle(nameOf(asked.record)), text: text.removeText, confirm: text.removeYes };
		case 'remove-group': {
			const only = asked.group.records.filter((record) => exports.isOnlyCopy(record)).length;
			const { name } = factsOf(asked.group);
			return { title: text.removeTitle(name), text: text.removeGroupText(only), confirm: text.removeYes };
		}
		case 'delete': {
			const { name, done, place } = factsOf(asked.group);
			return { title: text.deleteTitle(name), text: text.deleteText(done, place), confirm: text.deleteYes };
		}
	}
}
