import { expect, it } from 'vitest'
import type { TableValue, VideoValue } from '../../../nodes/core/values'
import { peakSignalToNoise, structuralSimilarity } from '../../../nodes/lib/media/picture-difference'
import { videoCompare } from '../../../nodes/video/compare'
import { greyVideo } from '../../support/media'
import { runNode, testContext, videoOf } from '../../support/node-context'

const value = (table: TableValue, metric: string, region?: string) =>
  table.rows.find((row) => row.metric === metric && (region === undefined || row.region === region))?.value

async function compare(a: VideoValue, b: VideoValue, params = {}) {
  const ctx = testContext({ definition: videoCompare })
  const { table } = await runNode(videoCompare, { a, b }, params, ctx)
  return { table: table as TableValue, warnings: ctx.warnings }
}

it('finds no difference between equal videos, and says what each of them is', async () => {
  const { table, warnings } = await compare(greyVideo(20), greyVideo(20))
  expect(value(table, 'mean difference')).toBe(0)
  expect(value(table, 'PSNR')).toBeNull()
  expect(value(table, 'SSIM')).toBeCloseTo(1, 6)
  expect(value(table, 'differs first at frame')).toBeNull()
  expect(['frames', 'frame rate', 'width', 'duration'].map((metric) => value(table, metric, 'B'))).toEqual([
    20, 25, 64, 0.8,
  ])
  expect(warnings).toEqual([])
})

it('says from which frame on videos differ, and by how much', async () => {
  const a = greyVideo(20, { level: () => 100 })
  const b = greyVideo(20, { level: (frame) => (frame < 10 ? 100 : 110) })
  const { table } = await compare(a, b)
  expect(value(table, 'differs first at frame')).toBe(10)
  expect(value(table, 'mean difference')).toBe(5)
  expect(value(table, 'PSNR')).toBeCloseTo(10 * Math.log10(255 ** 2 / 50), 9)
  expect(value(table, 'largest difference')).toBe(10)
  expect(value(table, 'motion', 'B')).toBeCloseTo(10 / 19, 9)
  expect(value((await compare(a, b, { tolerance: 10 })).table, 'differs first at frame')).toBeNull()
})

it('goes by the time of A, scales B to its size, measures the common length, and says so', async () => {
  const a = greyVideo(20, { level: (frame) => 40 + 2 * frame })
  const b = greyVideo(20, { fps: 50, width: 32, height: 48, level: (frame) => 40 + frame })
  const { table, warnings } = await compare(a, b)
  expect(value(table, 'frames compared')).toBe(10)
  expect(value(table, 'mean difference')).toBe(0)
  expect(warnings).toEqual([
    'B was scaled from 32 × 48 to the 64 × 64 of A.',
    'B has 50 frames a second, A 25; they were compared at the times of A.',
    'A lasts 0.80 s, B 0.40 s; only the common length was compared.',
  ])
})

it('holds one chunk of each video at a time', async () => {
  const open = { now: 0, most: 0 }
  const asked: number[] = []
  const counted = (video: VideoValue): VideoValue => ({
    ...video,
    async chunk(index) {
      asked.push(index)
      open.most = Math.max(open.most, ++open.now)
      const chunk = await video.chunk(index)
      open.now--
      return chunk
    },
  })
  await compare(counted(greyVideo(32)), counted(greyVideo(32)))
  expect(asked.length).toBe(8)
  expect(open.most).toBeLessThanOrEqual(2)
})

it('measures structure by its formula, and stops when cancelled', async () => {
  // One window of 8 × 8: half black and half white against its reverse has means 127.5 and covariance −127.5².
  const halves = (left: number, right: number) =>
    Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? left : right))
  const [c1, c2, m2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2, 127.5 ** 2]
  expect(structuralSimilarity(halves(0, 255), halves(255, 0), 8, 8)).toBeCloseTo(
    ((2 * m2 + c1) * (-2 * m2 + c2)) / ((2 * m2 + c1) * (2 * m2 + c2)),
    4,
  )
  expect(peakSignalToNoise(1)).toBeCloseTo(48.1308, 4)
  const ctx = testContext({ definition: videoCompare })
  ctx.abort()
  const one = videoOf([new Uint8Array(12)], 2, 2, 25)
  await expect(runNode(videoCompare, { a: one, b: one }, {}, ctx)).rejects.toThrow('cancelled')
})
