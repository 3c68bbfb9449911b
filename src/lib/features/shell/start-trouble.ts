import { isPartMissing } from '#core/part-missing';
import { text } from './text.ts';

/** Why the app could not open what it keeps. Only storage throws sentences for a person; any other error's words are for the console. */
export function startTroubleText(thrown: unknown): string {
	console.error('The app could not be opened:', thrown);
	if (isPartMissing(thrown)) return text.startMissing;
	return thrown instanceof Error && thrown.name === 'StorageError' ? thrown.message : text.startUnknown;
}
