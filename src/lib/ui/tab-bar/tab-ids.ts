/* Names that tie a tab to its panel for screen readers. One panel of a name is on a page at a time. */

export const tabIdOf = (value: string): string => `tab-${value}`;
export const panelIdOf = (value: string): string => `panel-${value}`;
