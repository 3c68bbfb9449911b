import type { CameraPath } from '#core/crop/camera-path';

/** A group of clips that was exported, as the timeline shows it. Times in seconds on the file's own timeline. */
export interface MarkerView {
	readonly id: string;
	/** Where its batch began. */
	readonly atS: number;
	readonly profile: string;
	/** From the start of its first clip to the end of its last. */
	readonly spanS: number;
	/** What the person called it; empty: nothing. */
	readonly label: string;
}

/** A crop keyframe, as the timeline shows it: gold, red, blue, or red and blue. */
export interface KeyframeView {
	readonly atS: number;
	readonly randomPortrait: boolean;
	readonly randomSquare: boolean;
}

export interface ClipView {
	readonly inS: number;
	readonly outS: number;
}

/** The span that an export of the batch would cover, and its clips. */
export interface BatchBox extends ClipView {
	readonly clips: readonly ClipView[];
}

/** The camera paths of the file, told along the axis on which the crop has room to move. */
export interface CurvesView {
	readonly paths: readonly CameraPath[];
	readonly axis: 'x' | 'y';
	/** The centres that the crop can reach, 0..1 of the picture: the ends of the band. */
	readonly low: number;
	readonly high: number;
	/** False: only which parts of the file are followed. */
	readonly shown: boolean;
	/** Where the crop is being put, not yet what is stored. */
	readonly draft: { readonly atS: number; readonly value: number } | null;
}

/** What the timeline tells about its overlays; each may be absent. */
export interface OverlayEvents {
	/** A click chooses a marker, a double click asks to make its clips again over the old ones. */
	onMarker?: (id: string, what: 'select' | 'overwrite') => void;
	/** A diamond was clicked; the playhead goes there by itself. */
	onKeyframe?: (atS: number) => void;
	/** A diamond was dragged to another frame. */
	onMoveKeyframe?: (fromS: number, toS: number) => void;
	/** A curve is dragged: at this frame the path is to go through `value`. Called for each move. */
	onDragCurve?: (atS: number, value: number) => void;
	/** The curve was let go: with true what was dragged is kept. */
	onDropCurve?: (keep: boolean) => void;
	/** A place on a curve is moved by so many pixels of the picture. */
	onNudgeFix?: (atS: number, pixels: number) => void;
	onRemoveFix?: (atS: number) => void;
}
