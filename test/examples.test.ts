import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { KEYPOINTS } from '../nodes/core/values'
import { personPose, personScene } from '../nodes/examples/figure'
import { PEOPLE } from '../nodes/examples/people'
import { SPEECHES } from '../nodes/examples/speech'

const FOLDER = path.resolve(import.meta.dirname, '../nodes/examples')
const file = (name: string) => path.join(FOLDER, name)

type Point = [x: number, y: number, score: number]
const readPose = (name: string) =>
  JSON.parse(readFileSync(file(`portrait-${name}.pose.json`), 'utf8')) as {
    format: string
    width: number
    height: number
    fps: number
    frames: Point[][]
  }

const LEGS = [9, 10, 12, 13, 18, 19, 20, 21, 22, 23]
const LEFT_HAND = Array.from({ length: 21 }, (_, i) => 92 + i)
const RIGHT_HAND = Array.from({ length: 21 }, (_, i) => 113 + i)
const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1])

describe.each(PEOPLE.map((person) => [person.name, person] as const))(
  'the portrait of %s',
  (name, person) => {
    const pose = readPose(name)
    const points = pose.frames[0]

    it('is a 1024 × 1024 true-colour picture of at most 1.2 MB', async () => {
      const meta = await sharp(file(`portrait-${name}.png`)).metadata()
      expect([meta.width, meta.height, meta.channels, meta.isPalette ?? false]).toEqual([
        1024,
        1024,
        3,
        false,
      ])
      expect(statSync(file(`portrait-${name}.png`)).size).toBeLessThan(1.2e6)
    })

    it('has a first pose of 134 finite points, all but the legs seen inside the picture', () => {
      expect([pose.format, pose.width, pose.height, pose.fps, pose.frames.length]).toEqual([
        'mmgt-pose/1',
        1024,
        1024,
        25,
        1,
      ])
      expect(points).toHaveLength(KEYPOINTS)
      const lost = points.flatMap(([x, y, score], i) =>
        score === 1 && x > 0 && x < 1024 && y > 0 && y < 1024 ? [] : [i],
      )
      expect(lost).toEqual(LEGS)
    })

    it('ships the pose that the figure has', () => {
      // Sines may differ in the last bit between machines, and points are rounded to tenths of a pixel.
      const now = personPose(person).frames[0]
      const worst = Math.max(...now.flatMap((p, i) => p.map((v, k) => Math.abs(v - points[i][k]))))
      expect(worst).toBeLessThanOrEqual(0.11)
    })

    it('shows both hands apart from each other and from the face', () => {
      const box = (indices: readonly number[]) => {
        const xs = indices.map((i) => points[i][0])
        const ys = indices.map((i) => points[i][1])
        return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
      }
      const boxes = [box(LEFT_HAND), box(RIGHT_HAND), box(Array.from({ length: 68 }, (_, i) => 24 + i))]
      for (let a = 0; a < 3; a++) {
        for (let b = a + 1; b < 3; b++) {
          const [p, q] = [boxes[a], boxes[b]]
          expect(
            p[2] < q[0] || q[2] < p[0] || p[3] < q[1] || q[3] < p[1],
            `boxes ${a} and ${b} overlap`,
          ).toBe(true)
        }
      }
      expect(points[92].slice(0, 2)).toEqual(points[7].slice(0, 2))
      expect(points[113].slice(0, 2)).toEqual(points[4].slice(0, 2))
    })

    it('numbers sides as the person has them: right shoulder, eye, brow and hand on the viewer’s left', () => {
      for (const [right, left] of [
        [2, 5],
        [3, 6],
        [4, 7],
        [14, 15],
        [16, 17],
        [41, 50],
        [24, 40],
        [60, 69],
        [72, 78],
      ]) {
        expect(points[right][0], `${right} left of ${left}`).toBeLessThan(points[left][0])
      }
    })

    it('keeps the forearms long enough in the picture to be bent by a renderer', () => {
      // A forearm is about 0.75 of an upper arm. The warp stretches a bone to 1.6 times what the portrait shows of it, so
      // with at least half of it in view a gesture can still reach most of its length.
      for (const [shoulder, elbow, wrist] of [
        [2, 3, 4],
        [5, 6, 7],
      ]) {
        const upper = distance(points[shoulder], points[elbow])
        expect(distance(points[elbow], points[wrist])).toBeGreaterThan(0.45 * upper)
      }
    })

    it('has its joints and finger bones inside the sculpted limbs', () => {
      const { parts } = personScene(person)
      const solid = (x: number, y: number) =>
        parts.some(({ bounds: b, field }) => {
          if (x < b[0] || x > b[3] || y < b[1] || y > b[4]) return false
          for (let z = b[5]; z > b[2]; z -= 3) if (field(x, y, z) < 0) return true
          return false
        })
      const outside = points.flatMap(([x, y, score], i) => (score === 0 || solid(x, y) ? [] : [i]))
      expect(outside).toEqual([])
    })
  },
)

describe('the speech tracks', () => {
  it.each(SPEECHES.map((s) => [s.name, s.seconds] as const))(
    '%s lasts exactly %s s and does not clip',
    (name, seconds) => {
      const wav = readFileSync(file(`speech-${name}.wav`))
      const data = wav.indexOf('data') + 8
      expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 12)).toBe('RIFFWAVE')
      const [channels, rate, bits] = [wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]
      expect([channels, rate, bits]).toEqual([1, 24_000, 16])
      expect((wav.length - data) / 2 / rate).toBe(seconds)
      let peak = 0
      for (let at = data; at < wav.length; at += 2) peak = Math.max(peak, Math.abs(wav.readInt16LE(at)))
      expect(20 * Math.log10(peak / 32768)).toBeGreaterThan(-1.5)
      expect(20 * Math.log10(peak / 32768)).toBeLessThan(-0.5)
    },
  )
})

it('all example files together stay under 5 MB', () => {
  const shipped = readdirSync(FOLDER).filter((name) => /\.(png|json|wav)$/.test(name))
  expect(shipped.reduce((sum, name) => sum + statSync(file(name)).size, 0)).toBeLessThan(5e6)
})
