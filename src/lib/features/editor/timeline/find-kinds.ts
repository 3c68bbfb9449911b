export type FindKind = 'scenes' | 'silences';
/** What segments are made of: shots between cuts, sound between silences, or the silences. */
export type FoundPart = 'shots' | 'sound' | 'silences';
