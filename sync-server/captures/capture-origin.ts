import * as z from 'zod';
import { captureEnding, clocksOnDisk } from '#core/capture/capture-name';
import { CaptureRequest } from '#contract/captures';
import { Session } from '#contract/sessions';
import { foreignText } from '../text/foreign-text.ts';
import type { CaptureRow } from './capture-rows.ts';

/** What is needed to make a capture, also when the session is over and the server has started anew. Holds no secret. */
export const CaptureOrigin = z.object({
	session: Session,
	/** Seconds of the film, as they were worked out when it was asked for. */
	startS: z.number(),
	endS: z.number().optional(),
	/** The file of the library. */
	mediaId: z.string().optional(),
	/** Seconds that the file begins after the start of the film. */
	offsetS: z.number(),
	/** What is burned in. */
	subtitle: z.string().optional(),
	/** Sentences on what could not be as it was asked. */
	notes: z.array(z.string()),
});
export type CaptureOrigin = z.infer<typeof CaptureOrigin>;

export const originOf = ({ origin }: CaptureRow): CaptureOrigin => CaptureOrigin.parse(JSON.parse(origin));
export const requestOf = ({ request }: CaptureRow): CaptureRequest => CaptureRequest.parse(JSON.parse(request));

/** For saving, and in sentences: what a person called it, without marks that would make it look like another name. */
export const fileNameOf = ({ name, format }: Pick<CaptureRow, 'name' | 'format'>): string =>
	`${clocksOnDisk(foreignText(name, 200)) || 'Capture'}.${captureEnding(format)}`;
