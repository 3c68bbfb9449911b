import { failureText } from '#core/failure';
import { safeFileName, withoutExtension } from '#core/export/name-template';
import { formatTimecode } from '#core/time/timecode';
import { download } from '$lib/app/download';
import { SNAPSHOT_KEY, SnapshotFormat } from '$lib/app/preferences';
import type { SettingsStore } from '$lib/storage/storage';
import type { Toasts } from '$lib/ui/toast/toasts.svelte';
import type { EditorState } from './editor-state.svelte.ts';
import { text } from './text.ts';

/** Saves the shown frame as a picture of its full size. */
export async function saveSnapshot(editor: EditorState, settings: SettingsStore, toasts: Toasts): Promise<void> {
	const { facts, index, player } = editor;
	const { phase } = editor.source;
	if (player?.state !== 'ready' || facts?.video === undefined || phase.kind !== 'ready') {
		editor.say('warning', text.playerNotReady);
		return;
	}
	const { frame, timeS } = player;
	const format = (await settings.get(SNAPSHOT_KEY, SnapshotFormat)) ?? 'png';
	const [{ takeSnapshot }, file] = [await import('$lib/media/player/snapshot'), phase.preview ?? phase.file];
	const source = { file, facts, index, isCopy: phase.preview !== undefined };
	const picture = await takeSnapshot(source, frame, format === 'png' ? 'image/png' : 'image/jpeg');
	if (!picture.ok) {
		toasts.show({ kind: 'error', text: failureText(picture.error) });
		return;
	}
	const name = `${safeFileName(`${withoutExtension(facts.name)}_${formatTimecode(timeS).replaceAll(':', '.')}`)}.${format}`;
	download(picture.value, name);
	editor.say('info', text.snapshotSaved(name));
}
