/** What a pose may be at most; files and params beyond these are refused before anything is allocated for them. */

/** Over an hour at 25 fps; 161 MB of keypoints. */
export const MAX_FRAMES = 100_000

/** Width and height of a canvas, px. */
export const MAX_CANVAS = 16_384

/** Points may lie outside the canvas, but a coordinate beyond this (px) is a broken file. */
export const MAX_COORDINATE = 100_000

export const MAX_FPS = 240

/** Bytes of a pose file; `MAX_FRAMES` frames of float64 are 322 MB. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024
