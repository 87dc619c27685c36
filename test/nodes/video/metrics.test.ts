import { expect, it } from 'vitest'
import type { TableValue } from '../../../nodes/core/values'
import { generateGestures } from '../../../nodes/lib/pose/procedural/generate'
import { tableToCsv } from '../../../nodes/lib/pose/table-csv'
import { videoMetrics } from '../../../nodes/video/metrics'
import { runNode, testContext, videoOf } from '../../support/node-context'
import { neutralPose, swayingPose } from '../../support/poses'
import { syntheticVoice } from '../../support/voice'

const value = (table: TableValue, metric: string, region?: string) =>
  table.rows.find((row) => row.metric === metric && (region === undefined || row.region === region))?.value

const voice = syntheticVoice({ seconds: 16 })
const audio = { sampleRate: voice.sampleRate, channels: [voice.samples] }
const { pose } = generateGestures(
  { ...voice, first: neutralPose(), width: 512, height: 512, fps: 25 },
  { energy: 1, rate: 1, dominance: 0.5, head: 1, brows: 1, blinks: 16, lips: 1, snap: true, seed: 1 },
)

/** Grey frames of 4 × 2 px. */
const greys = (levels: number[]) =>
  videoOf(
    levels.map((level) => new Uint8Array(24).fill(level)),
    4,
    2,
    10,
  )

it('measures a video alone: size, length and the change between frames, across chunks', async () => {
  const video = greys(Array.from({ length: 20 }, (_, f) => 10 * (f % 2)))
  const { table } = await runNode(videoMetrics, { video })
  expect(table.columns).toEqual(['metric', 'region', 'value', 'unit', 'note', 'better'])
  expect(value(table, 'width')).toBe(4)
  expect(value(table, 'duration')).toBe(2)
  expect(value(table, 'frame difference')).toBe(10)
  expect(value((await runNode(videoMetrics, { video: greys([5]) })).table, 'frame difference')).toBeNull()
})

it('measures motion of a pose alone, without rows about sound', async () => {
  const { table } = await runNode(videoMetrics, { pose: swayingPose(75) })
  expect(value(table, 'motion amount', 'right arm')).toBeGreaterThan(0.02)
  expect(value(table, 'mean speed', 'right arm')).toBeGreaterThan(0.05)
  expect(value(table, 'jitter', 'right arm')).toBeLessThan(0.02)
  expect(value(table, 'left–right balance')).toBeTypeOf('number')
  expect(table.rows.some((row: { region: string }) => row.region === 'audio')).toBe(false)
})

it('finds gestures made from the speech in time with it, and the same gestures out of time with another', async () => {
  const { table } = await runNode(videoMetrics, { pose, audio })
  const z = 'beat alignment, motion to accents, z'
  expect(value(table, z)).toBeGreaterThan(2)
  expect(value(table, 'lips against level')).toBeGreaterThan(0.6)
  expect(Math.abs(value(table, 'lips against level, lag') as number)).toBeLessThanOrEqual(1)

  const other = syntheticVoice({ seconds: 16, seed: 9 })
  const wrong = await runNode(videoMetrics, { pose, audio: { ...audio, channels: [other.samples] } })
  expect(value(wrong.table, z)).toBeLessThan(value(table, z) as number)
  expect(value(wrong.table, 'lips against level')).toBeLessThan(0.5)
})

it('says of which figures more or less is better, and of no others', async () => {
  const { table } = await runNode(videoMetrics, { pose, audio })
  const better = (metric: string) =>
    new Set(
      table.rows
        .filter((r: { metric: string }) => r.metric === metric)
        .map((r: { better: string }) => r.better),
    )
  expect(better('jitter')).toEqual(new Set(['lower']))
  expect(better('lips against level')).toEqual(new Set(['higher']))
  expect(better('lips against level, lag')).toEqual(new Set(['near 0']))
  expect(better('beat alignment, motion to accents, z')).toEqual(new Set(['higher']))
  // Dense beats score high by chance, and nobody can say how much a person should move.
  expect(better('beat alignment, motion to accents')).toEqual(new Set(['']))
  expect(better('mean speed')).toEqual(new Set(['']))
})

it('begins with what says most: seams that were asked for, then beats; sizes come last', async () => {
  const video = greys([1, 2, 3])
  const { table } = await runNode(videoMetrics, { video, pose, audio }, { seamEvery: 50 })
  const names = table.rows.map(({ metric, region }: Record<string, unknown>) => `${metric}, ${region}`)
  expect(names[0]).toBe('seams, pose')
  expect(names[4]).toBe('motion beats, wrists')
  expect(names[5]).toBe('beat alignment, onsets to motion, z, wrists')
  expect(names.indexOf('motion amount, body')).toBeLessThan(names.indexOf('frames, pose'))
  expect(names.slice(-2)).toEqual(['width, video', 'height, video'])
})

it('takes the sound of the video when no audio is connected', async () => {
  const video = { ...greys([1, 2, 3]), audio }
  const { table } = await runNode(videoMetrics, { video, pose })
  expect(value(table, 'beat alignment, onsets to motion')).toBeGreaterThan(0)
})

it('gives the same table twice, writable as CSV with one line per row', async () => {
  const [a, b] = [await runNode(videoMetrics, { pose, audio }), await runNode(videoMetrics, { pose, audio })]
  expect(b.table).toEqual(a.table)
  expect(tableToCsv(a.table).split('\r\n')).toHaveLength(a.table.rows.length + 2)
})

it('leaves values empty that cannot be measured', async () => {
  const empty = { sampleRate: 16_000, channels: [new Float32Array(0)] }
  const { table } = await runNode(videoMetrics, { pose: swayingPose(1), audio: empty })
  expect(value(table, 'mean speed', 'head')).toBeNull()
  expect(value(table, 'onsets')).toBeNull()
  expect(value(table, 'beat alignment, onsets to motion')).toBeNull()
  expect(value(table, 'lips against level')).toBeNull()
})

it('refuses to run with nothing connected, and stops when cancelled', async () => {
  await expect(runNode(videoMetrics, {})).rejects.toThrow('Measure has nothing to measure.')
  const ctx = testContext({ definition: videoMetrics })
  ctx.abort()
  await expect(runNode(videoMetrics, { video: greys([1, 2]) }, {}, ctx)).rejects.toThrow('cancelled')
})

it('measures how far a detected pose is from the driving one, by region, on the canvas of the driving one', async () => {
  const driving = swayingPose(50)
  const same = await runNode(videoMetrics, { pose: driving, detected: driving })
  expect(value(same.table, 'pose error', 'lips')).toBe(0)
  expect(value(same.table, 'points found', 'right hand')).toBe(1)

  // The left arm 6 px too far right, of twice the size, at twice the rate, two seconds longer.
  const fast = swayingPose(200, { fps: 50 })
  const data = fast.data.map((v, i) => (i % 3 < 2 ? 2 * v : v))
  for (let f = 0; f < fast.frames; f++) for (const point of [6, 7]) data[(f * 134 + point) * 3] += 12
  const detected = { ...fast, width: 1024, height: 1024, data }
  const { table } = await runNode(videoMetrics, { pose: driving, detected })
  expect(value(table, 'frames compared')).toBe(50)
  expect(value(table, 'pose error', 'left arm')).toBeCloseTo(6, 3)
  expect(value(table, 'pose error, 95 %', 'left arm')).toBeCloseTo(6, 3)
  const unit = value(table, 'shoulder width') as number
  expect(value(table, 'relative pose error', 'left arm')).toBeCloseTo(6 / unit, 5)
  expect(value(table, 'pose error', 'right arm')).toBeCloseTo(0, 3)
})

it('says which part of the points was found, and measures nothing where none was', async () => {
  const driving = swayingPose(10)
  const data = driving.data.slice()
  for (let f = 0; f < 10; f++) for (let p = 92; p < 113; p++) data[(f * 134 + p) * 3 + 2] = 0.1
  for (let f = 0; f < 5; f++) data[(f * 134 + 7) * 3 + 2] = 0
  const { table } = await runNode(videoMetrics, { pose: driving, detected: { ...driving, data } })
  expect(value(table, 'points found', 'left hand')).toBe(0)
  expect(value(table, 'pose error', 'left hand')).toBeNull()
  expect(value(table, 'points found', 'left arm')).toBe(0.75)
  expect(value(table, 'points found', 'right hand')).toBe(1)
})

it('refuses a detected pose without one to compare it with', async () => {
  await expect(runNode(videoMetrics, { detected: swayingPose(5) })).rejects.toThrow('has nothing to measure')
  const inputs = { detected: swayingPose(5), video: greys([1, 2]) }
  await expect(runNode(videoMetrics, inputs)).rejects.toThrow('no pose to compare')
})
