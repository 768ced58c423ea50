/** Kept equal to package.json by a test; a constant because reading a file costs start-up time. */
export const VERSION = '0.1.0';
