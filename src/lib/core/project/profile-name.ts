/** The profile that everyone has. */
export const DEFAULT_PROFILE = 'default';

/** Longest name of a profile, in UTF-16 units. */
export const PROFILE_NAME_MOST = 80;
