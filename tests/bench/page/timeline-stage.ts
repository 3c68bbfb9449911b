import { mount, tick } from 'svelte';
import type { FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import { ok } from '#core/result';
import { FakeStore, openDocument, RECORD } from '$lib/features/editor/editor-fakes';
import { EditorState } from '$lib/features/editor/editor-state.svelte';
import Timeline from '$lib/features/editor/timeline/Timeline.svelte';
import { TimelineState } from '$lib/features/editor/timeline/timeline-state.svelte';
import '$lib/ui/tokens.css';
import '$lib/ui/base.css';

/** The real timeline of the editor over a film, with many segments, and the functions that act on it. */
export interface TimelineStage {
	readonly timeline: TimelineState;
	readonly surface: HTMLElement;
}

const HEIGHT_PX = 172;

/** Puts the timeline into the page. Segments are spread evenly, every third overlaps the next. */
export async function stageTimeline(
	film: { readonly file: File; readonly facts: MediaFacts; readonly index: FrameIndex | undefined },
	segments: number,
): Promise<TimelineStage> {
	const { file, facts, index } = film;
	const fake = new FakeStore();
	fake.record = { ...RECORD, fingerprint: facts.fingerprint, name: facts.name, bytes: facts.bytes, facts };
	fake.index = index;
	const store = Object.assign(fake.asStore(), { open: () => Promise.resolve(ok(file)) });
	const document_ = await openDocument();
	const stepS = facts.durationS / segments;
	document_.addSegments(
		Array.from({ length: segments }, (_, n) => {
			const inS = facts.firstTimestampS + n * stepS;
			const longS = stepS * (n % 3 === 0 ? 1.4 : 0.8);
			return { media: facts.fingerprint, inS, outS: Math.min(facts.firstTimestampS + facts.durationS, inS + longS) };
		}),
	);
	const box = document.createElement('div');
	box.style.cssText = `position:fixed;inset:auto 0 0;height:${HEIGHT_PX}px;display:grid;background:var(--surface)`;
	document.body.append(box);
	const editor = new EditorState({
		media: facts.fingerprint,
		store,
		document: document_,
		makePlayer: () => {
			throw new Error('nothing is played here');
		},
	});
	editor.source.start();
	const timeline = new TimelineState(editor);
	timeline.keyframes = Array.from({ length: 200 }, (_, n) => ({
		atS: (n + 0.5) * (facts.durationS / 200),
		randomPortrait: n % 3 === 0,
		randomSquare: n % 2 === 0,
	}));
	timeline.markers = Array.from({ length: 500 }, (_, n) => ({
		id: `m${n}`,
		atS: n * (facts.durationS / 500),
		profile: n % 2 === 0 ? 'default' : 'second',
		spanS: 14,
		label: '',
	}));
	mount(Timeline, { target: box, props: { editor, timeline } });
	await tick();
	const surface = box.querySelector<HTMLElement>('[data-testid="timeline"]');
	if (surface === null) throw new Error('the timeline is not there');
	return { timeline, surface };
}
