import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMBINE_OPS, combinePlanes, invertPlane } from '../../../nodes/lib/mask/combine'
import { featherPlane } from '../../../nodes/lib/mask/feather'
import { growPlane } from '../../../nodes/lib/mask/grow'

const WIDTH = 19
const HEIGHT = 13
const AREA = WIDTH * HEIGHT
const softPlane = fc.uint8Array({ minLength: AREA, maxLength: AREA })
/** Few set pixels, so that distances matter. */
const dots = fc
  .array(fc.nat(AREA - 1), { maxLength: 6 })
  .map((on) => Uint8Array.from({ length: AREA }, (_, i) => (on.includes(i) ? 255 : 0)))
const sparseSoft = fc.tuple(dots, softPlane).map(([on, levels]) => levels.map((v, i) => (on[i] ? v : v >> 6)))
const anyPlane = fc.oneof(softPlane, dots, sparseSoft)

describe('combinePlanes', () => {
  it('does not care for the order in union, intersect, exclude, add and multiply', () => {
    fc.assert(
      fc.property(
        anyPlane,
        anyPlane,
        fc.constantFrom('union', 'intersect', 'exclude', 'add', 'multiply'),
        (a, b, op) => {
          expect(combinePlanes(a, b, op)).toEqual(combinePlanes(b, a, op))
        },
      ),
    )
  })

  it('leaves nothing of a plane less itself, and the plane itself of a union or intersection with itself', () => {
    fc.assert(
      fc.property(anyPlane, (a) => {
        expect(combinePlanes(a, a, 'subtract').some(Boolean)).toBe(false)
        expect(combinePlanes(a, a, 'exclude').some(Boolean)).toBe(false)
        expect(combinePlanes(a, a, 'union')).toEqual(a)
        expect(combinePlanes(a, a, 'intersect')).toEqual(a)
      }),
    )
  })

  it('obeys De Morgan: the inverse of a union is the intersection of the inverses', () => {
    fc.assert(
      fc.property(anyPlane, anyPlane, (a, b) => {
        const inverse = invertPlane(combinePlanes(a, b, 'union'))
        expect(inverse).toEqual(combinePlanes(invertPlane(a), invertPlane(b), 'intersect'))
      }),
    )
  })

  it('gives the levels its documentation promises', () => {
    const a = Uint8Array.of(200, 10, 255)
    const b = Uint8Array.of(100, 30, 128)
    const results = Object.fromEntries(COMBINE_OPS.map((op) => [op, [...combinePlanes(a, b, op)]]))
    expect(results).toEqual({
      union: [200, 30, 255],
      intersect: [100, 10, 128],
      subtract: [100, 0, 127],
      exclude: [100, 20, 127],
      add: [255, 40, 255],
      multiply: [78, 1, 128],
    })
  })

  it('changes neither of its inputs', () => {
    const a = Uint8Array.of(1, 2, 3)
    for (const op of COMBINE_OPS) combinePlanes(a, Uint8Array.of(9, 9, 9), op)
    expect([...a]).toEqual([1, 2, 3])
  })
})

it('invertPlane undoes itself', () => {
  fc.assert(
    fc.property(softPlane, (a) => {
      expect(invertPlane(invertPlane(a))).toEqual(a)
    }),
  )
})

/** By definition: the largest level among pixels no farther than `radius`. */
function grownByDefinition(plane: Uint8Array, radius: number): Uint8Array {
  return Uint8Array.from(plane, (_, i) => {
    let most = 0
    plane.forEach((level, j) => {
      const dx = (j % WIDTH) - (i % WIDTH)
      const dy = Math.floor(j / WIDTH) - Math.floor(i / WIDTH)
      if (dx * dx + dy * dy <= radius * radius) most = Math.max(most, level)
    })
    return most
  })
}

describe('growPlane', () => {
  const radius = fc.oneof(fc.integer({ min: 0, max: 24 }), fc.double({ min: 0, max: 9, noNaN: true }))

  it('takes the largest level within an exact Euclidean distance', () => {
    fc.assert(
      fc.property(anyPlane, radius, (plane, r) => {
        expect(growPlane(plane, WIDTH, HEIGHT, r)).toEqual(grownByDefinition(plane, r))
      }),
      { numRuns: 300 },
    )
  })

  it('contains what it grew from, and shrinking is growing of the outside', () => {
    fc.assert(
      fc.property(anyPlane, radius, (plane, r) => {
        const grown = growPlane(plane, WIDTH, HEIGHT, r)
        expect(combinePlanes(plane, grown, 'subtract').some(Boolean)).toBe(false)
        const shrunk = growPlane(plane, WIDTH, HEIGHT, -r)
        expect(shrunk).toEqual(invertPlane(grownByDefinition(invertPlane(plane), r)))
      }),
    )
  })

  it('does not shrink a region from the border of the canvas', () => {
    const left = Uint8Array.from({ length: AREA }, (_, i) => (i % WIDTH < 9 ? 255 : 0))
    const narrower = Uint8Array.from({ length: AREA }, (_, i) => (i % WIDTH < 6 ? 255 : 0))
    expect(growPlane(left, WIDTH, HEIGHT, -3)).toEqual(narrower)
  })
})

describe('featherPlane', () => {
  const edge = (n: number) => Uint8Array.from({ length: n }, (_, x) => (x < n / 2 ? 255 : 0))

  it('turns a hard edge into that of a Gaussian of half the width, within 3 % of the step', () => {
    for (const pixels of [1, 2, 3.7, 8, 25, 60]) {
      const n = 400
      const soft = featherPlane(edge(n), n, 1, pixels)
      for (let x = 0; x < n; x++) {
        const expected = 255 * gaussianTail(Math.ceil(x + 1 - n / 2), pixels / 2)
        expect(Math.abs(soft[x] - expected), `${pixels} px at ${x}`).toBeLessThan(0.03 * 255)
      }
    }
  })

  it('keeps empty and full planes, and softens both ways alike', () => {
    const full = new Uint8Array(AREA).fill(255)
    expect(featherPlane(full, WIDTH, HEIGHT, 9)).toEqual(full)
    expect(featherPlane(new Uint8Array(AREA), WIDTH, HEIGHT, 9).some(Boolean)).toBe(false)
    const row = edge(64)
    const across = featherPlane(row, 64, 1, 7)
    expect(featherPlane(row, 1, 64, 7)).toEqual(across)
    expect(invertPlane(across).reverse()).toEqual(across)
  })

  it('gives the same levels where a plane is cropped far from its edges', () => {
    const spot = new Uint8Array(100 * 100)
    for (let y = 40; y < 60; y++) spot.fill(255, y * 100 + 40, y * 100 + 60)
    const small = new Uint8Array(60 * 60)
    for (let y = 20; y < 40; y++) small.fill(255, y * 60 + 20, y * 60 + 40)
    const [large, cropped] = [featherPlane(spot, 100, 100, 6), featherPlane(small, 60, 60, 6)]
    for (let y = 0; y < 60; y++) {
      expect(large.subarray((y + 20) * 100 + 20, (y + 20) * 100 + 80)).toEqual(
        cropped.subarray(y * 60, y * 60 + 60),
      )
    }
  })

  it('is the more gradual the wider it is, without jumps between widths', () => {
    const at = (pixels: number) => featherPlane(edge(200), 200, 1, pixels)[103]
    const levels = Array.from({ length: 100 }, (_, i) => at(1 + i / 10))
    levels.forEach((level, i) => {
      if (i === 0) return
      expect(level).toBeGreaterThanOrEqual(levels[i - 1])
      expect(level - levels[i - 1]).toBeLessThan(12)
    })
  })
})

/** The part of the weights of a sampled Gaussian that lies at `from` or above. */
function gaussianTail(from: number, sigma: number): number {
  let [all, above] = [0, 0]
  for (let k = -400; k <= 400; k++) {
    const weight = Math.exp((-k * k) / (2 * sigma * sigma))
    all += weight
    if (k >= from) above += weight
  }
  return above / all
}
