import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { audioTrim } from '../../../nodes/audio/trim'
import { resample } from '../../../nodes/lib/dsp/resample'
import { runNode, testContext } from '../../support/node-context'
import { noise } from '../../support/sounds'

const left = noise(32_000)
const right = noise(32_000, 2)
const audio = { sampleRate: 16_000, channels: [left, right] }
const trim = (params: Record<string, unknown>, ctx = testContext({ definition: audioTrim })) =>
  runNode(audioTrim, { audio }, params, ctx)

describe('audio/trim', () => {
  it('changes nothing unless asked to', async () => {
    const ctx = testContext({ definition: audioTrim })
    expect((await trim({}, ctx)).audio).toEqual(audio)
    expect(ctx.warnings).toEqual([])
  })

  it('cuts both channels at the nearest sample', async () => {
    const { audio: out } = await trim({ start: 0.5, end: 1.25 })
    expect(out).toEqual({
      sampleRate: 16_000,
      channels: [left.slice(8000, 20_000), right.slice(8000, 20_000)],
    })
    expect((await trim({ start: 1.5, end: 0 })).audio.channels[0]).toEqual(left.slice(24_000))
  })

  it('changes the level without touching the input', async () => {
    const before = left.slice()
    const { audio: out } = await trim({ gainDb: -20 })
    expect(out.channels[0][100]).toBeCloseTo(left[100] / 10, 6)
    expect(left).toEqual(before)
  })

  it('reports samples beyond full scale, keeps them, and names a gain that fits', async () => {
    const ctx = testContext({ definition: audioTrim })
    const { audio: out } = await trim({ gainDb: 6 }, ctx)
    const gain = 10 ** (6 / 20)
    const over = [...left, ...right].filter((x) => Math.fround(Math.abs(x) * gain) > 1).length
    expect(ctx.warnings).toHaveLength(1)
    expect(ctx.warnings[0]).toContain(`${over} samples exceed full scale`)
    expect(Math.max(...out.channels[0])).toBeGreaterThan(1.9)

    const advised = Number(/gain of (-?[\d.]+) dB or less/.exec(ctx.warnings[0])?.[1])
    const again = testContext({ definition: audioTrim })
    await trim({ gainDb: advised }, again)
    expect(again.warnings).toEqual([])
  })

  it('resamples the stretch', async () => {
    const { audio: out } = await trim({ start: 1, sampleRate: 12_800, gainDb: -6 })
    expect(out.sampleRate).toBe(12_800)
    const gain = 10 ** (-6 / 20)
    expect(out.channels[1]).toEqual(
      resample(
        right.slice(16_000).map((x) => x * gain),
        16_000,
        12_800,
      ),
    )
  })

  it('refuses an end before the start and a rate below 8000 Hz', async () => {
    await expect(trim({ start: 2, end: 1 })).rejects.toMatchObject({
      code: 'params/invalid',
      message: expect.stringContaining('end (1 s)'),
    })
    await expect(trim({ start: 1, end: 1 })).rejects.toMatchObject({ code: 'params/invalid' })
    await expect(trim({ sampleRate: 7999 })).rejects.toMatchObject({
      code: 'params/invalid',
      message: expect.stringContaining('7999 Hz'),
    })
  })

  it('names the actual length when the cut starts behind it, or ends there with a warning', async () => {
    await expect(trim({ start: 2.5 })).rejects.toMatchObject({
      code: 'audio/trim-range',
      message: 'The cut starts at 2.5 s, but the audio is only 2 s long.',
    })
    const ctx = testContext({ definition: audioTrim })
    const { audio: out } = await trim({ start: 1, end: 3 }, ctx)
    expect(out.channels[0]).toHaveLength(16_000)
    expect(ctx.warnings[0]).toContain('The end at 3 s lies beyond the audio, which is 2 s long')
  })

  it('refuses a cut between two samples', async () => {
    await expect(trim({ start: 1, end: 1.00001 })).rejects.toMatchObject({
      message: 'The cut from 1 s to 1.00001 s holds no sample at 16000 Hz.',
    })
  })

  it('names a sample that is not a number', async () => {
    const broken = { sampleRate: 16_000, channels: [Float32Array.of(0, Number.NaN, 0)] }
    await expect(runNode(audioTrim, { audio: broken })).rejects.toMatchObject({ code: 'audio/not-finite' })
  })

  it('tells the length and rate of the result before it runs', async () => {
    const time = fc.double({ min: 0, max: 3, noNaN: true })
    const rate = fc.constantFrom(0, 8000, 12_800, 44_100)
    await fc.assert(
      fc.asyncProperty(time, time, rate, async (start, end, sampleRate) => {
        fc.pre(end === 0 || end > start)
        const params = audioTrim.params.parse({ start, end, sampleRate })
        const facts = audioTrim.facts?.({
          params,
          inputs: { audio: { durationSeconds: 2, sampleRate: 16_000 } },
          asset: () => undefined,
        }).audio
        if (facts?.durationSeconds === undefined) {
          await expect(trim({ start, end, sampleRate })).rejects.toMatchObject({ code: 'audio/trim-range' })
          return
        }
        const { audio: out } = await trim({ start, end, sampleRate })
        expect(facts).toEqual({
          sampleRate: out.sampleRate,
          durationSeconds: out.channels[0].length / out.sampleRate,
        })
      }),
      { numRuns: 25 },
    )
  })
})
