/** The profile that everyone has. */
export const DEFAULT_PROFILE = 'default';
