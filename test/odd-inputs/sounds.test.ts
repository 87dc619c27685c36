import { expect, it } from 'vitest'
import { chunkCount } from '../../nodes/core/values'
import { bothStages, RATE, syllables } from '../support/both-stages'
import { noise, sine } from '../support/sounds'

const finite = (...all: Float32Array[]) => all.every((data) => data.every(Number.isFinite))

it.each([
  [0.2, 5],
  [3.2, 80],
  [3.3, 83],
  [7, 175],
  [60, 1500],
])('%s s of speech become a video of %i frames', async (seconds, frames) => {
  const { motion, lips, pose, video, warnings } = await bothStages(syllables(seconds))
  expect([motion, lips, pose, video].map((value) => value.frames)).toEqual(Array(4).fill(frames))
  expect(finite(motion.data, lips.data, pose.data)).toBe(true)
  const last = await video.chunk(chunkCount(frames) - 1)
  expect(last).toHaveLength((frames % 8 || 8) * 64 * 64 * 3)
  expect(new Set(last).size).toBeGreaterThan(20)
  expect(warnings.some((text) => text.includes('cut'))).toBe(false)
})

const second = 1 * RATE
const music = sine(220, RATE, 1).map((x, n) => 0.3 * (x + Math.sin((2 * Math.PI * 277 * n) / RATE)))

it.each([
  ['music', music, false],
  ['noise', noise(second), false],
  ['silence', new Float32Array(second), true],
])('%s becomes a video as speech does, and silence is pointed out', async (_, samples, isSilent) => {
  const { motion, lips, pose, video, warnings } = await bothStages(samples)
  expect([pose.frames, video.frames]).toEqual([25, 25])
  expect(finite(motion.data, lips.data, pose.data)).toBe(true)
  expect(new Set(await video.chunk(3)).size).toBeGreaterThan(20)
  expect(warnings.some((text) => text.startsWith('The sound is silent'))).toBe(isSilent)
})
