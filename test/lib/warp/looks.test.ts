import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { labPicture } from '../../../nodes/lib/warp/lab'
import { computePiece } from '../../../nodes/lib/warp/pieces'
import type { ArmRig } from '../../../nodes/lib/warp/rig'
import { setUpSteps } from '../../../nodes/lib/warp/set-up'
import { examplePerson, exampleRig, PEOPLE, SIZE } from '../../support/example-person'

/** x of the clearest edge per row in a band beside the body, from the upper arms down; median over nine rows. */
function waistline(rgb: Uint8Array, first: Float32Array, side: -1 | 1): number[] {
  const { l, a, b } = labPicture(rgb, SIZE, SIZE)
  const shoulders = first[15] - first[6]
  const middle = (first[6] + first[15]) / 2
  const found: number[] = []
  for (let y = Math.round(first[7] + 0.4 * shoulders); y < SIZE; y++) {
    let [clearest, at] = [0, 0]
    for (let d = 0.4 * shoulders; d < 0.68 * shoulders; d++) {
      const x = Math.round(middle + side * d)
      const i = y * SIZE + x
      const step = Math.hypot(...[l, a, b].map((c) => c[i - 2] + c[i - 1] - c[i + 1] - c[i + 2]))
      if (step > clearest) [clearest, at] = [step, x]
    }
    found.push(at)
  }
  return found.map((_, y) => {
    const near = found.slice(Math.max(0, y - 4), y + 5).sort((p, q) => p - q)
    return near[near.length >> 1]
  })
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
    const { arms } = await exampleRig('idris')
    // Navy: dark, and clearly bluer than red. The sleeve is nearly white, the floor brown.
    const navy = (r: number, g: number, b: number) => r + g + b < 330 && b > r + 18
    for (const arm of arms) {
      const [all, found] = count(arm, navy)
      // What is left is the mixed rim of the armhole. It was 8 % and 5 %.
      expect(found).toBeLessThan(0.01 * all)
    }
  })

  it('take no shirt from between the fingers along', async () => {
    const { arms } = await exampleRig('june')
    const navy = (r: number, g: number, b: number) => r + g + b < 240 && b > r + 5
    // Of her left hand 69 px were navy.
    for (const arm of arms) expect(count(arm, navy)[1]).toBeLessThan(20)
  })

  it('keep the shaded underside of a sleeve', async () => {
    const { arms } = await exampleRig('mara')
    const dark = (r: number, g: number, b: number) => r < 130 && r > 1.8 * g && r > 1.8 * b
    for (const arm of arms) expect(count(arm, dark)[1]).toBeGreaterThan(300)
  })
})

describe('the body behind lifted arms', () => {
  // Where nothing hides them the drawn outlines bend by up to 3 px. Where the arms were, it used to be 3 to 10.
  it.each(PEOPLE)('has no step in its waist, as %s', async (name) => {
    const { body, first } = await exampleRig(name)
    for (const side of [-1, 1] as const) {
      const line = waistline(body, first, side)
      const bends = line.slice(10, -10).map((x, y) => Math.abs(line[y] - 2 * x + line[y + 20]))
      expect(Math.max(...bends)).toBeLessThanOrEqual(3)
    }
  })
})

/** Luminance 0…255 of a rig's body without arms, blurred by `sigma` px. */
async function luminance(name: string, sigma: number): Promise<Buffer> {
  const { body } = await exampleRig(name)
  return sharp(body, { raw: { width: SIZE, height: SIZE, channels: 3 } })
    .greyscale()
    .blur(sigma)
    .raw()
    .toBuffer()
}

describe('what lifted arms were hiding', () => {
  it('has no dark specks where fingers lay on a jumper', async () => {
    const [fine, coarse] = await Promise.all([luminance('mara', 1), luminance('mara', 6)])
    let darkest = 0
    for (let y = 275; y < 400; y++) {
      for (let x = 195; x < 310; x++) {
        darkest = Math.max(darkest, coarse[y * SIZE + x] - fine[y * SIZE + x])
      }
    }
    // It was 33; knitting has up to 8.
    expect(darkest).toBeLessThan(12)
  })

  it('has no piece of a shelf in the middle of a floor', async () => {
    const floor = await luminance('idris', 1)
    const values: number[] = []
    for (let y = 335; y < 390; y++) values.push(...floor.subarray(y * SIZE + 350, y * SIZE + 420))
    // The floor has 62 to 72. It was 32 to 104.
    expect(Math.min(...values)).toBeGreaterThan(50)
    expect(Math.max(...values)).toBeLessThan(85)
  })

  it('has the straight front edge of a cardigan', async () => {
    const { body } = await exampleRig('june')
    // Ochre is much redder than blue, the navy shirt bluer than red.
    const edge = Array.from({ length: 95 }, (_, k) => {
      const row = (405 + k) * SIZE
      let x = 200
      while (body[3 * (row + x)] > body[3 * (row + x) + 2]) x++
      return x
    })
    const bends = edge.slice(10, -10).map((x, y) => Math.abs(edge[y] - 2 * x + edge[y + 20]))
    // It was 8.
    expect(Math.max(...bends)).toBeLessThanOrEqual(3)
  })
})

describe('the person that is found', () => {
  const personOf = async (name: string) => {
    const { portrait, first } = await examplePerson(name)
    const steps = setUpSteps(portrait, first)
    for (let step = steps.next(); !step.done; ) {
      if ('view' in step.value && step.value.view?.person) return step.value.view.person
      step = steps.next('work' in step.value ? step.value.work.map(computePiece) : [])
    }
    throw new Error('no person was shown')
  }

  it('leaves out the background between body and arm', async () => {
    const person = await personOf('june')
    for (const [x, y] of [
      [166, 385],
      [170, 400],
      [344, 385],
    ])
      expect(person[y * SIZE + x]).toBe(0)
  })

  it('keeps skin that has the colour of the wall', async () => {
    const person = await personOf('mara')
    // The ball of her right thumb, before her sleeve.
    for (let y = 310; y < 324; y++) expect(person[y * SIZE + 194]).toBe(1)
  })

  it('takes a skirt in as far as it goes', async () => {
    const person = await personOf('mara')
    const row = person.subarray(500 * SIZE, 501 * SIZE)
    // Drawn from 172 to 337; it used to end at the width of the hips.
    expect(row.indexOf(1)).toBeLessThanOrEqual(175)
    expect(row.lastIndexOf(1)).toBeGreaterThanOrEqual(334)
  })
})
