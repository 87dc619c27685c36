import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyCoverage,
  type Coverage,
  polygonCoverage,
  strokeCoverage,
} from '../../../nodes/lib/mask/coverage'

const WIDTH = 24
const HEIGHT = 18

function planeOf(coverage: Coverage | null): Uint8Array {
  const plane = new Uint8Array(WIDTH * HEIGHT)
  applyCoverage(plane, WIDTH, coverage, 'union')
  return plane
}

const level = (plane: Uint8Array, x: number, y: number) => plane[y * WIDTH + x]

describe('polygonCoverage', () => {
  it('fills a rectangle on pixel borders fully and nothing beside it', () => {
    const plane = planeOf(polygonCoverage([3, 4, 10, 4, 10, 9, 3, 9], WIDTH, HEIGHT))
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        expect(level(plane, x, y)).toBe(x >= 3 && x < 10 && y >= 4 && y < 9 ? 255 : 0)
      }
    }
  })

  it('covers pixels in proportion along edges', () => {
    const plane = planeOf(polygonCoverage([3.25, 4, 10, 4, 10, 8.5, 3.25, 8.5], WIDTH, HEIGHT))
    expect(level(plane, 3, 5)).toBe(191)
    expect(level(plane, 5, 8)).toBe(128)
    expect(level(plane, 3, 8)).toBe(96)
    const triangle = planeOf(polygonCoverage([0, 0, 8, 8, 0, 8], WIDTH, HEIGHT))
    expect([level(triangle, 2, 2), level(triangle, 2, 3), level(triangle, 3, 2)]).toEqual([128, 255, 0])
  })

  it('agrees with counting points of a fine grid, on and off the canvas', () => {
    const corner = fc.tuple(
      fc.double({ min: -20, max: 45, noNaN: true }),
      fc.double({ min: -20, max: 40, noNaN: true }),
    )
    fc.assert(
      fc.property(corner, corner, corner, (a, b, c) => {
        const plane = planeOf(polygonCoverage([...a, ...b, ...c], WIDTH, HEIGHT))
        const side = (p: number[], q: number[], x: number, y: number) =>
          Math.sign((q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]))
        const isInside = (x: number, y: number) => {
          const sides = [side(a, b, x, y), side(b, c, x, y), side(c, a, x, y)]
          return sides.every((s) => s >= 0) || sides.every((s) => s <= 0)
        }
        const fine = 12
        for (let i = 0; i < plane.length; i++) {
          let count = 0
          for (let k = 0; k < fine * fine; k++) {
            const x = (i % WIDTH) + ((k % fine) + 0.5) / fine
            const y = Math.floor(i / WIDTH) + (Math.floor(k / fine) + 0.5) / fine
            if (isInside(x, y)) count++
          }
          expect(Math.abs(plane[i] / 255 - count / fine ** 2)).toBeLessThan(0.1)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('draws the same whichever way it is wound and wherever it begins', () => {
    const there = [2.3, 1.7, 20.2, 5.1, 12.9, 16.4]
    const back = [12.9, 16.4, 20.2, 5.1, 2.3, 1.7]
    expect(planeOf(polygonCoverage(back, WIDTH, HEIGHT))).toEqual(
      planeOf(polygonCoverage(there, WIDTH, HEIGHT)),
    )
  })

  it('is nothing where a shape is off the canvas', () => {
    expect(polygonCoverage([-9, 2, -1, 2, -1, 9], WIDTH, HEIGHT)).toBeNull()
    expect(strokeCoverage([50, 50], 3, 1, WIDTH, HEIGHT)).toBeNull()
  })
})

describe('strokeCoverage', () => {
  it('draws a disc for one point, soft within one pixel of its radius', () => {
    const plane = planeOf(strokeCoverage([12, 9], 5, 1, WIDTH, HEIGHT))
    plane.forEach((v, i) => {
      const d = Math.hypot((i % WIDTH) + 0.5 - 12, Math.floor(i / WIDTH) + 0.5 - 9)
      if (d < 4.5) expect(v).toBe(255)
      if (d > 5.5) expect(v).toBe(0)
    })
  })

  it('fades from the middle on where it is soft', () => {
    const row = (hardness: number) =>
      [12, 14, 16, 18].map((x) =>
        level(planeOf(strokeCoverage([12.5, 9.5], 8, hardness, WIDTH, HEIGHT)), x, 9),
      )
    expect(row(1)).toEqual([255, 255, 255, 255])
    const soft = row(0)
    expect([...soft].sort((a, b) => b - a)).toEqual(soft)
    expect(new Set(soft).size).toBe(4)
  })

  it('is no stronger where a path crosses itself, and the same in both directions', () => {
    const path = [3, 3, 20, 14, 3, 14, 20, 3]
    const crossing = planeOf(strokeCoverage(path, 2.5, 0.3, WIDTH, HEIGHT))
    expect(planeOf(strokeCoverage([20, 3, 3, 14, 20, 14, 3, 3], 2.5, 0.3, WIDTH, HEIGHT))).toEqual(crossing)
    expect(Math.max(...crossing)).toBe(255)
  })

  it('asks now and then whether to go on', () => {
    const path = Array.from({ length: 400 }, (_, i) => 100 + (i % 7))
    const stop = () => {
      throw new Error('stopped')
    }
    expect(() => strokeCoverage(path, 80, 1, 256, 256, stop)).toThrow('stopped')
  })
})

describe('applyCoverage', () => {
  const box = polygonCoverage([4, 4, 12, 4, 12, 12, 4, 12], WIDTH, HEIGHT)

  it('erases what was added', () => {
    const plane = planeOf(box)
    applyCoverage(plane, WIDTH, box, 'subtract')
    expect(plane.some(Boolean)).toBe(false)
  })

  it('keeps only what lies in the shape when it intersects; nothing where the shape is off the canvas', () => {
    const plane = new Uint8Array(WIDTH * HEIGHT).fill(255)
    applyCoverage(plane, WIDTH, box, 'intersect')
    expect(plane).toEqual(planeOf(box))
    applyCoverage(plane, WIDTH, null, 'intersect')
    expect(plane.some(Boolean)).toBe(false)
  })
})
