import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import type { ImageValue } from '../../nodes/core/values'
import { scalePoints } from '../../nodes/lib/warp/keypoints'
import { createWarpRenderer } from '../../nodes/lib/warp/renderer'
import { setUpWarp } from '../../nodes/lib/warp/set-up'
import { drawPortrait } from '../support/portrait'
import { neutralPose, swayingPose } from '../support/poses'

export interface WarpFigure {
  name: string
  ms: number
  barMs?: number
}

const EXAMPLES = path.resolve(import.meta.dirname, '../../nodes/examples')

/** Set-up and frames of the warp renderer, one thread; the median of several warm runs. */
export async function benchWarp(): Promise<WarpFigure[]> {
  const figures: WarpFigure[] = []
  for (const size of [512, 1024]) {
    const { portrait, first } = await subject(size)
    const setUp = await median(5, () => void setUpWarp(portrait, first))
    const rig = setUpWarp(portrait, first)
    const create = await median(5, () => void createWarpRenderer(rig))
    const renderer = createWarpRenderer(rig)
    const { data, frames } = moved(first, size)
    const out = new Uint8Array(size * size * 3)
    const loop = await median(7, () => {
      for (let f = 0; f < frames; f++) renderer.render(data.subarray(f * 402, (f + 1) * 402), out)
    })
    figures.push({ name: `set-up ${size}²`, ms: setUp, barMs: size === 512 ? 3000 : undefined })
    figures.push({ name: `new renderer ${size}²`, ms: create })
    figures.push({ name: `frame ${size}²`, ms: loop / frames, barMs: size === 512 ? 30 : undefined })
  }
  return figures
}

/** An example portrait where there is one, else the drawn one. */
async function subject(size: number): Promise<{ portrait: ImageValue; first: Float32Array }> {
  const name = path.join(EXAMPLES, 'portrait-june')
  if (!existsSync(`${name}.png`)) {
    const first = neutralPose(size, size)
    return { portrait: await drawPortrait(first, size, size), first }
  }
  const file = JSON.parse(readFileSync(`${name}.pose.json`, 'utf8'))
  const first = scalePoints(file.frames[0].flat(), size / file.width, size / file.height)
  const data = await sharp(`${name}.png`).resize(size, size).removeAlpha().raw().toBuffer()
  return { portrait: { width: size, height: size, channels: 3, data: new Uint8Array(data) }, first }
}

/** The swaying test person's motion, laid on this first pose. */
function moved(first: Float32Array, size: number): { data: Float32Array; frames: number } {
  const frames = 25
  const sway = swayingPose(frames + 10, { width: size, height: size }).data
  const data = new Float32Array(frames * 402)
  for (let f = 0; f < frames; f++) {
    for (let k = 0; k < 402; k++) {
      data[f * 402 + k] = k % 3 === 2 ? first[k] : first[k] + sway[(f + 10) * 402 + k] - sway[k]
    }
  }
  return { data, frames }
}

async function median(runs: number, run: () => void): Promise<number> {
  run()
  const times: number[] = []
  for (let k = 0; k < runs; k++) {
    const start = performance.now()
    run()
    times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  return times.sort((a, b) => a - b)[times.length >> 1]
}
