import type { Services } from '$lib/app/services';
import { LazyEngine } from '$lib/app/lazy-engine';
import type { Planner, Verifier } from '$lib/jobs/export-parts';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';

export const loadReader = () => import('$lib/media/probe/index');

/**
 * Opens what is kept on this device and builds the app around it. Rejects with an error whose message is a sentence for the person
 * (`StorageError`) when nothing can be kept here.
 */
export async function openServices(toasts: Toasts): Promise<Services> {
	const [{ openStorage }, { ExportQueue }] = await Promise.all([
		import('$lib/storage/open-storage'),
		import('$lib/jobs/export-queue'),
	]);
	const storage = await openStorage('octocut', {
		fingerprintOf: async (file) => (await loadReader()).fingerprintOf(file),
		onTrouble: (_, sentence) => void toasts.show({ kind: 'error', text: sentence }),
	});
	const engines = [
		new LazyEngine('webcodecs', async () => {
			const { WebCodecsEngine } = await import('$lib/media/engines/webcodecs/index');
			return new WebCodecsEngine();
		}),
		new LazyEngine('ffmpeg-wasm', async () => {
			const { FfmpegWasmEngine } = await import('$lib/media/engines/ffmpeg-wasm/index');
			return new FfmpegWasmEngine();
		}),
	];
	const planner: Planner = async (...asked) => (await import('$lib/media/planner')).chooseEngine(...asked);
	const verify: Verifier = async (...asked) => (await import('$lib/media/verify/index')).verifyOutput(...asked);
	const queue = new ExportQueue({ storage, engines, planner, verify });
	queue.start();
	return { storage, project: await storage.projects.current(), queue, engines, toasts };
}
