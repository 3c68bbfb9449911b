import { error } from '@sveltejs/kit';
import { Fingerprint } from '#core/media/fingerprint';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ params }) => {
	const media = Fingerprint.safeParse(params.media);
	if (!media.success) error(404, 'not a fingerprint');
	return { media: media.data };
};
