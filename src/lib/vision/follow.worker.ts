import { findSubject, follow, type FollowRequest, type SubjectRequest } from '#core/tracking/follow';
import { serve } from '$lib/media/worker-rpc/serve';

export const api = {
	follow: (request: FollowRequest) => Promise.resolve(follow(request)),
	findSubject: (request: SubjectRequest) => Promise.resolve(findSubject(request)),
};

serve(api, self);
