import type { PicturePlace } from '#core/crop/camera-path';
import { SAME_FRAME_S } from '#core/time/same-frame';
import { centreOf } from '#core/tracking/detection';
import type { FollowedSubject } from '#core/tracking/follow';
import type { Sighting } from '#core/tracking/track';

/** Whether no shot begins between two times: `cutsS` are the starts of the frames that begin one. */
export function inOneShot(cutsS: readonly number[], a: number, b: number): boolean {
	const [from, to] = [Math.min(a, b), Math.max(a, b)];
	return !cutsS.some((cut) => cut > from + SAME_FRAME_S && cut <= to + SAME_FRAME_S);
}

/** Where those who are followed in the shot of `atS` were seen nearest to it, not before `fromS`; one place for each. */
export function subjectPlaces(
	{ tracks, subjects }: FollowedSubject,
	cutsS: readonly number[],
	atS: number,
	fromS = -Infinity,
): readonly PicturePlace[] {
	return tracks.flatMap(({ id, sightings }) => {
		if (!subjects.includes(id)) return [];
		const mine = sightings.filter((seen) => seen.atS >= fromS - SAME_FRAME_S && inOneShot(cutsS, seen.atS, atS));
		const [first] = mine;
		if (first === undefined) return [];
		const away = (seen: Sighting): number => Math.abs(seen.atS - atS);
		const nearest = mine.reduce((best, seen) => (away(seen) < away(best) ? seen : best), first);
		const { x, y } = centreOf(nearest.box);
		return [{ atS: nearest.atS, x: inPicture(x), y: inPicture(y) }];
	});
}

const inPicture = (value: number): number => Math.min(1, Math.max(0, value));
