import type { ApiError } from '#contract/api-error';
import * as z from 'zod';

const RefusedIds = z.object({ ids: z.array(z.string()).min(1).readonly() });

/** The jobs that a refusal of exports is about; undefined: all of them. */
export const refusedIds = ({ details }: ApiError): readonly string[] | undefined =>
	RefusedIds.safeParse(details).data?.ids;
