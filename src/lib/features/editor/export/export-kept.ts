/** Names of the settings that outlive a visit. */
export const SETTINGS_KEY = 'export.settings';
export const DESTINATION_KEY = 'export.destination';

export const systemNow = (): Date => new Date();
