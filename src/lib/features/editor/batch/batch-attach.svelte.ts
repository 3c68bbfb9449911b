import type { BatchState } from './batch-state.svelte.ts';
import { batchSpanS } from '#core/batch/batch';
import type { EditorState } from '../editor-state.svelte.ts';
import type { TimelineState } from '../timeline/timeline-state.svelte.ts';

export interface Attached {
	readonly batch: BatchState;
	readonly editor: EditorState;
	readonly timeline: TimelineState;
}

/** Lets the batch follow the player, and shows it with marks and keyframes on the timeline. Gives the cleanup. */
export function attachBatch({ batch, editor, timeline }: Attached): () => void {
	void batch.load();
	timeline.events.onMarker = (id, what) => (what === 'select' ? batch.marks.select(id) : batch.replace(id));
	timeline.events.onMoveKeyframe = (fromS, toS) => void editor.cropping.moveKeyframe(fromS, toS);
	return $effect.root(() => {
		$effect(() => batch.cursor.follow());
		$effect(() => batch.cursor.loop());
		$effect(() => batch.count());
		$effect(() => {
			timeline.markers = batch.marks.list.map(({ id, atS, label, clips, batch: settings }) => ({
				id,
				atS,
				profile: batch.marks.profileName,
				spanS: clips.length === 0 ? batchSpanS(settings) : Math.max(...clips.map(({ outS }) => outS)) - atS,
				label,
			}));
		});
		$effect(() => {
			timeline.keyframes = editor.cropping.keyframes.map(({ atS, crop }) => ({
				atS,
				randomPortrait: crop.randomPortrait,
				randomSquare: crop.randomSquare,
			}));
		});
		$effect(() => {
			const clips = batch.plan?.ok === true ? batch.plan.value.clips : [];
			const outS = clips.length === 0 ? batch.cursor.span.outS : Math.max(...clips.map((clip) => clip.outS));
			timeline.batchBox = batch.on ? { inS: batch.cursor.atS, outS, clips } : null;
		});
		return () => {
			timeline.batchBox = null;
			delete timeline.events.onMarker;
			delete timeline.events.onMoveKeyframe;
		};
	});
}
