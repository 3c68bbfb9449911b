import type { ModelShelf } from '$lib/app/model-shelf';
import type { OfflineSource } from './offline-part.svelte.ts';

const load = () => import('$lib/app/model-shelf-files');

/** The detectors that come with the app, and what runs them. */
export const modelsSource = (shelf: Pick<ModelShelf, 'builtIn'>): OfflineSource => ({
	async isHere() {
		const models = await shelf.builtIn();
		return models.ok && (await load()).areDetectorsHere(models.value);
	},
	async fetch(options) {
		const models = await shelf.builtIn();
		return models.ok ? (await load()).fetchDetectors(models.value, options) : models;
	},
});
