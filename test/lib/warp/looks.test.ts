import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { scalePoints } from '../../../nodes/lib/warp/keypoints'
import type { ArmRig } from '../../../nodes/lib/warp/rig'
import { setUpWarp } from '../../../nodes/lib/warp/set-up'

const SIZE = 512
const EXAMPLES = path.resolve(import.meta.dirname, '../../../nodes/examples')

async function rigOf(name: string) {
  const file = JSON.parse(readFileSync(path.join(EXAMPLES, `portrait-${name}.pose.json`), 'utf8'))
  const first = scalePoints(file.frames[0].flat(), SIZE / file.width, SIZE / file.height)
  const data = await sharp(path.join(EXAMPLES, `portrait-${name}.png`))
    .resize(SIZE, SIZE)
    .removeAlpha()
    .raw()
    .toBuffer()
  return setUpWarp({ width: SIZE, height: SIZE, channels: 3, data: new Uint8Array(data) }, first)
}

/** Pixels of an arm's layers that are mostly there, and those of them that `is` true of. */
function count(arm: ArmRig, is: (r: number, g: number, b: number) => boolean): [all: number, found: number] {
  let [all, found] = [0, 0]
  for (const layer of [arm.joint, arm.upper, arm.fore]) {
    for (let o = 0; o < layer.length; o += 4) {
      if (layer[o + 3] < 128) continue
      const k = 255 / layer[o + 3]
      all++
      if (is(layer[o] * k, layer[o + 1] * k, layer[o + 2] * k)) found++
    }
  }
  return [all, found]
}

describe('arms cut from the shipped portraits', () => {
  it('take no waistcoat along with a shirt sleeve', async () => {
    const { arms } = await rigOf('idris')
    // Navy: dark, and clearly bluer than red. The sleeve is nearly white, the floor brown.
    const navy = (r: number, g: number, b: number) => r + g + b < 330 && b > r + 18
    for (const arm of arms) {
      const [all, found] = count(arm, navy)
      // What is left is the mixed rim of the armhole. It was 8 % and 5 %.
      expect(found).toBeLessThan(0.01 * all)
    }
  })

  it('keep the shaded underside of a sleeve', async () => {
    const { arms } = await rigOf('mara')
    const dark = (r: number, g: number, b: number) => r < 130 && r > 1.8 * g && r > 1.8 * b
    for (const arm of arms) expect(count(arm, dark)[1]).toBeGreaterThan(300)
  })
})
