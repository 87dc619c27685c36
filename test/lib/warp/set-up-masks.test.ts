import { beforeAll, describe, expect, it } from 'vitest'
import type { ImageValue } from '../../../nodes/core/values'
import { createWarpRenderer } from '../../../nodes/lib/warp/renderer'
import { BONE_COUNT, BONES } from '../../../nodes/lib/warp/rig'
import { type SetUpOptions, setUpWarp } from '../../../nodes/lib/warp/set-up'
import { maxAbsDiff } from '../../support/golden'
import { drawPortrait } from '../../support/portrait'
import { neutralPose } from '../../support/poses'

const SIZE = 256
let first: Float32Array
let portrait: ImageValue

beforeAll(async () => {
  first = neutralPose(SIZE, SIZE)
  portrait = await drawPortrait(first, SIZE, SIZE)
})

const setUp = (masks: SetUpOptions['masks']) => setUpWarp(portrait, first, { masks })
const plane = (of: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: SIZE * SIZE }, (_, i) => (of(i % SIZE, Math.floor(i / SIZE)) ? 255 : 0))
const sized = { width: SIZE, height: SIZE }

describe('masks that are known at set-up', () => {
  it('bound what may move: beyond upperBody, grown a little, no bone has weight', () => {
    const rig = setUp({ ...sized, upperBody: plane((x) => x < 100) })
    const free = setUp(undefined)
    const far = (r: typeof rig) => {
      let most = 0
      for (let bone = 0; bone < BONE_COUNT; bone++) {
        if (bone === BONES.rest) continue
        for (let y = 0; y < rig.ny; y++) {
          for (let x = 0; x < rig.nx; x++) {
            if ((x * (SIZE - 1)) / (rig.nx - 1) < 100 + 0.05 * SIZE + 2) continue
            most = Math.max(most, r.weights[bone * rig.nx * rig.ny + y * rig.nx + x])
          }
        }
      }
      return most
    }
    expect(far(rig)).toBe(0)
    expect(far(free)).toBeGreaterThan(0.9)
  })

  it('take an edited outline for the person, and cut it out by that', () => {
    const matted = setUpWarp(portrait, first, { bodyMode: 'matted' })
    const outline = new Uint8Array(SIZE * SIZE)
    for (let i = 0; i < outline.length; i++) {
      const [x, y] = [(i % SIZE) >> 2, Math.floor(i / SIZE) >> 2]
      outline[i] = matted.body[4 * i + 3] > 127 || matted.person[y * (SIZE / 4) + x] > 127 ? 255 : 0
    }
    const rig = setUp({ ...sized, upperBody: outline })
    expect(rig.bodyMode).toBe('matted')
    const out = new Uint8Array(3 * SIZE * SIZE)
    createWarpRenderer(rig).render(first, out)
    expect(maxAbsDiff(out, portrait.data)).toBe(0)
  })

  it('do not take a blob for an outline', () => {
    const rig = setUp({ ...sized, upperBody: plane((x, y) => Math.hypot(x - 128, y - 128) < 120) })
    expect(rig.bodyMode).toBe('soft')
  })

  it('hold the arm whose hand may not move', () => {
    const right = plane((x) => x < SIZE / 2)
    expect(setUp({ ...sized, hands: right }).arms.map((arm) => [arm.side, arm.tier])).toEqual([
      [0, 'cut'],
      [1, 'hold'],
    ])
    expect(setUp({ ...sized, hands: plane(() => false) }).arms.map((arm) => arm.tier)).toEqual([
      'hold',
      'hold',
    ])
    expect(setUp({ ...sized, hands: plane(() => true) }).arms.map((arm) => arm.tier)).toEqual(['cut', 'cut'])
  })

  it('make another rig', () => {
    expect(setUp({ ...sized, hands: plane((x) => x < SIZE / 2) }).id).not.toBe(setUp(undefined).id)
  })
})
