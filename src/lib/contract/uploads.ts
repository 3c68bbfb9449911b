/** Where files are handed to the server, by the tus protocol (tus.io, 1.0): resumable, in parts of any size. */
export const UPLOADS_PATH = '/api/uploads';

/** Names of the metadata that a client sends when it begins. */
export const UPLOAD_METADATA = {
	/** As the person sees it; its ending must be of media. */
	name: 'filename',
	/** Of the whole file (see `Fingerprint`): checked when all has arrived. Optional. */
	fingerprint: 'fingerprint',
} as const;

/** In the answer to the last part: the id of the file in the library. */
export const UPLOADED_MEDIA_HEADER = 'Octocut-Media';
