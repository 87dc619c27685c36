import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { firstPoseOf, personBox, startingFit, testMotion } from '../../../nodes/lib/pose/first-pose-fit'
import { parsePoseFile, writePoseFile } from '../../../nodes/lib/pose/formats'
import { MIRROR } from '../../../nodes/lib/pose/keypoints'
import { setUpWarp } from '../../../nodes/lib/warp/set-up'
import { drawPortrait } from '../../support/portrait'

it('a starting fit is a person from the front, the same from both sides', () => {
  const { data } = firstPoseOf(startingFit(768, 1024))
  for (let i = 0; i < 134; i++) {
    const m = MIRROR[i]
    expect(data[3 * i + 2]).toBe(data[3 * m + 2])
    if (data[3 * i + 2] === 0) continue
    expect(data[3 * i] - 384).toBeCloseTo(384 - data[3 * m], 2)
    expect(data[3 * i + 1]).toBeCloseTo(data[3 * m + 1], 2)
  }
  expect(data[3 * 2]).toBeLessThan(data[3 * 5]) // the person's right is on the left of the picture
})

it('a fit survives its file to the bit', () => {
  const pose = firstPoseOf(startingFit(600, 800))
  expect(parsePoseFile(writePoseFile(pose)).pose).toEqual(pose)
})

it('the face of a shipped portrait is met within 8 % of its width from four numbers', () => {
  const file = readFileSync(new URL('../../../nodes/examples/portrait-mara.pose.json', import.meta.url))
  const { pose } = parsePoseFile(file)
  const at = (i: number) => [pose.data[3 * i], pose.data[3 * i + 1]]
  const brows = [0, 1].map((k) =>
    [41, 42, 43, 44, 45, 46, 47, 48, 49, 50].reduce((sum, i) => sum + at(i)[k] / 10, 0),
  )
  const [chin, right, left] = [at(32), at(24), at(40)]
  const width = Math.hypot(left[0] - right[0], left[1] - right[1])
  const height = Math.hypot(chin[0] - brows[0], chin[1] - brows[1])
  const degrees = (Math.atan2(-(chin[0] - brows[0]), chin[1] - brows[1]) * 180) / Math.PI
  const start = startingFit(1024, 1024)
  const head = { ...start.head, x: brows[0], y: brows[1], width, height, degrees }
  const fitted = firstPoseOf({ ...start, head }).data
  for (let i = 24; i < 92; i++) {
    const [x, y] = at(i)
    expect(Math.hypot(fitted[3 * i] - x, fitted[3 * i + 1] - y)).toBeLessThan(0.08 * width)
  }
})

it('the warp renderer takes a starting fit as the first pose of a portrait', async () => {
  const pose = firstPoseOf(startingFit(256, 320))
  const rig = setUpWarp(await drawPortrait(pose.data, 256, 320), pose.data)
  expect(rig.width).toBe(256)
  expect(testMotion(pose).data.every(Number.isFinite)).toBe(true)
})

it('a cut-out person says where it stands', () => {
  const rgba = new Uint8Array(100 * 80 * 4)
  for (let y = 20; y < 80; y++) for (let x = 30; x < 70; x++) rgba[4 * (y * 100 + x) + 3] = 255
  expect(personBox(rgba, 100, 80)).toEqual({ left: 30, top: 20, right: 70, bottom: 80 })
  expect(personBox(rgba.fill(255), 100, 80)).toBeUndefined()
  const { head } = startingFit(100, 80, { left: 30, top: 20, right: 70, bottom: 80 })
  expect([head.x, head.y > 20]).toEqual([50, true])
})
