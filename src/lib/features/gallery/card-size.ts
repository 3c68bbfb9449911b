/** Cards are at least as wide, in CSS pixels: two side by side on a small phone. */
export const cardMinWidth = (width: number): number => (width > 640 ? 220 : 150);
export const CARD_GAP = 12;

/** Height of a card, in CSS pixels: a picture of 16:9, and under it three lines of text. */
export const cardHeight = (width: number): number => Math.round((width * 9) / 16) + 86;
