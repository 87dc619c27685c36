import { z } from 'zod'

/** Longest file that is opened, and most frames that are taken of it: 10 minutes at 30 a second. */
export const MAX_VIDEO_SECONDS = 30 * 60
export const MAX_VIDEO_FRAMES = 18_000

/** Which part of a video is taken, and how. */
export const cutParams = {
  start: z.number().min(0).max(MAX_VIDEO_SECONDS).default(0).describe('Where the part to take begins'),
  end: z
    .number()
    .min(0)
    .max(MAX_VIDEO_SECONDS)
    .default(0)
    .describe('Where it ends; 0 is the end of the file'),
  fps: z.number().min(0).max(120).default(0).describe('Frames per second; 0 keeps those of the file'),
  maxSize: z
    .int()
    .min(64)
    .max(2048)
    .default(1024)
    .describe('A video with a longer side is shrunk to it; its shape stays'),
}

export interface CutParams {
  start: number
  end: number
  fps: number
  maxSize: number
}

export interface VideoCut {
  startSeconds: number
  frames: number
  fps: number
  width: number
  height: number
}

/** What is taken of a video of these figures; `frames` is 0 when the cut begins behind its end. */
export function cutOf(
  source: { frames: number; fps: number; width: number; height: number },
  { start, end, fps: wanted, maxSize }: CutParams,
): VideoCut {
  const seconds = source.frames / source.fps
  const fps = wanted || source.fps
  const until = end > 0 ? Math.min(end, seconds) : seconds
  const scale = Math.min(1, maxSize / Math.max(source.width, source.height))
  const sized = (side: number) => Math.max(1, Math.round(side * scale))
  return {
    startSeconds: start,
    frames: until > start ? Math.max(1, Math.round((until - start) * fps)) : 0,
    fps,
    width: sized(source.width),
    height: sized(source.height),
  }
}
