/** Most characters (UTF-16 units) of a segment's name. */
export const LONGEST_SEGMENT_NAME = 120;
