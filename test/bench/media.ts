import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { VideoValue } from '../../nodes/core/values'
import { encodeVideo } from '../../nodes/lib/media/encode-video'
import { backends } from '../support/media'
import { noise } from '../support/sounds'

const [SIZE, FRAMES] = [512, 250]

/**
 * Ten seconds of 512² video into every format by every codec library that is here: milliseconds, and frames per
 * second. A gradient that slides under noise is a hard case for all of them; portraits are faster.
 */
export async function benchMedia(): Promise<{ name: string; ms: number; fps: number }[]> {
  const video = slidingGradient()
  const cases: { name: string; format: 'mp4' | 'webm' | 'gif' | 'png'; backend?: string; frames: number }[] =
    [
      ...backends
        .filter(({ present }) => present)
        .flatMap(({ name }) => [
          { name: `mp4 by ${name}`, format: 'mp4' as const, backend: name, frames: FRAMES },
          { name: `webm by ${name}`, format: 'webm' as const, backend: name, frames: FRAMES },
        ]),
      { name: 'gif, every second frame', format: 'gif', frames: FRAMES },
      { name: 'png sequence', format: 'png', frames: 50 },
    ]
  const rows = []
  for (const { name, format, backend, frames } of cases) {
    const file = path.join(tmpdir(), `mmgt-bench-${process.pid}.${format}`)
    const start = performance.now()
    await encodeVideo(
      { ...video, frames },
      { file, format, backend, quality: 18, speed: 'fast', gifFps: 12.5, gifWidth: SIZE },
    )
    const ms = performance.now() - start
    rmSync(file, { force: true })
    rows.push({ name, ms: Math.round(ms), fps: Math.round((frames / ms) * 1000) })
  }
  return rows
}

/** Eight frames, over and over. */
function slidingGradient(): VideoValue {
  const grain = noise(SIZE * SIZE)
  const chunk = new Uint8Array(SIZE * SIZE * 3 * 8)
  for (let frame = 0, at = 0; frame < 8; frame++) {
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++, at += 3) {
        const level = 6 * grain[(y * SIZE + x + frame * 7919) % grain.length]
        chunk[at] = 128 + 100 * Math.sin((x + 8 * frame) / 40) + level
        chunk[at + 1] = (y >> 2) + 60 + level
        chunk[at + 2] = 120 + level
      }
    }
  }
  const bytesOf = (frames: number) => frames * SIZE * SIZE * 3
  return {
    fps: 25,
    width: SIZE,
    height: SIZE,
    frames: FRAMES,
    chunk: async (index) => chunk.subarray(0, bytesOf(Math.min(8, FRAMES - index * 8))),
  }
}
