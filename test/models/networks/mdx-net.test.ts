import { describe, expect, it } from 'vitest'
import { KIM_VOCAL_2, type MdxSettings, separateVoice } from '../../../models/networks/mdx-net'
import { MdxSpectrum, type Stereo } from '../../../models/networks/mdx-spectrum'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { maxAbsDiff } from '../../support/golden'
import { standIn } from '../../support/published-network'
import { noise, sine } from '../../support/sounds'

const SMALL: MdxSettings = {
  fftSize: 384, // no power of two, like 7680
  hop: 64,
  bins: 193,
  frames: 16,
  overlap: 0.25,
  compensate: 1,
}
const RATE = 44_100

/** Multiplies each of the network's bins with what `gain` says. */
function networkOf(gain: (bin: number) => number) {
  const { bins, frames } = SMALL
  const g = new GraphBuilder('separator')
  const x = g.input('input', 'float32', [1, 4, bins, frames])
  const gains = Array.from({ length: bins }, (_, bin) => gain(bin))
  g.output('output', g.mul(x, g.constant(gains, 'float32', [bins, 1])))
  return standIn(g.graph)
}

const quiet = (samples: Float32Array): Float32Array => samples.map((x) => 0.3 * x)
const middle = (samples: Float32Array) => samples.subarray(500, -500)

describe('separateVoice', () => {
  it('gives the bins that the network keeps, and what is left of the sound', async () => {
    const low = quiet(sine(1000, RATE, 0.1))
    const high = quiet(sine(9000, RATE, 0.1))
    const mix: Stereo = [low.map((x, i) => x + high[i]), low.map((x, i) => x - high[i])]
    const keepsLow = await networkOf((bin) => ((bin * RATE) / SMALL.fftSize < 5000 ? 1 : 0))
    const { vocals, rest, foundNothing } = await separateVoice(keepsLow, mix, { settings: SMALL })
    expect(foundNothing).toBe(false)
    // A chunk's mirrored ends make a kink, which is not low: what is left of it after the overlap is 2 % of the tone.
    expect(maxAbsDiff(middle(vocals[0]), middle(low))).toBeLessThan(0.01)
    expect(maxAbsDiff(middle(vocals[1]), middle(low))).toBeLessThan(0.01)
    expect(maxAbsDiff(middle(rest()[1]), middle(high.map((x) => -x)))).toBeLessThan(0.01)
  })

  it('gives back a sound of any length that the network passes on, without a seam', async () => {
    const passes = await networkOf(() => 1)
    for (const samples of [1, 700, 5000]) {
      // The lowest three bins are muted, so a sound without them.
      const tone = quiet(sine(3000, RATE, 0.2)).subarray(0, samples)
      const { vocals } = await separateVoice(passes, [tone, tone], { settings: SMALL })
      expect(vocals[0]).toHaveLength(samples)
      if (samples > 2000) expect(maxAbsDiff(middle(vocals[0]), middle(tone))).toBeLessThan(1e-3)
    }
  })

  it('says that it found nothing, and gives the sound as it came', async () => {
    const mutes = await networkOf(() => 0)
    const mix: Stereo = [quiet(noise(3000)), quiet(noise(3000))]
    const { vocals, rest, foundNothing } = await separateVoice(mutes, mix, { settings: SMALL })
    expect(foundNothing).toBe(true)
    expect(vocals).toEqual(mix)
    expect(rest()[0].some(Boolean)).toBe(false)
    const silence: Stereo = [new Float32Array(3000), new Float32Array(3000)]
    expect(await separateVoice(await networkOf(() => 1), silence, { settings: SMALL })).toMatchObject({
      foundNothing: true,
      vocals: silence,
    })
  })

  it('brings a peak above 0.9 down to 0.9 in both results', async () => {
    const passes = await networkOf(() => 1)
    const mix: Stereo = [sine(3000, RATE, 0.1), sine(3000, RATE, 0.1)]
    const { vocals, rest } = await separateVoice(passes, mix, { settings: SMALL })
    const [left] = rest()
    const sum = vocals[0].map((x, i) => x + left[i])
    expect(Math.max(...sum.map(Math.abs))).toBeCloseTo(0.9, 5)
    expect(Math.max(...vocals[0].map(Math.abs))).toBeLessThanOrEqual(0.9 + 1e-6)
  })

  it('reports every chunk and stops at the next one when it is cancelled', async () => {
    const passes = await networkOf(() => 1)
    const seen: string[] = []
    const stop = new AbortController()
    const onChunk = (done: number, of: number) => {
      seen.push(`${done}/${of}`)
      if (done === 2) stop.abort()
    }
    const mix: Stereo = [noise(3000), noise(3000)]
    const options = { settings: SMALL, signal: stop.signal, onChunk }
    await expect(separateVoice(passes, mix, options)).rejects.toThrow(/abort/)
    expect(seen).toEqual(['1/6', '2/6'])
  })

  it('refuses channels of different length, with both lengths', async () => {
    const mix: Stereo = [noise(10), noise(11)]
    await expect(separateVoice(await networkOf(() => 1), mix)).rejects.toThrow('10 and 11 samples')
  })
})

it('the picture of a sound becomes the sound again, at the sizes of Kim_Vocal_2', () => {
  const spectrum = new MdxSpectrum({ ...KIM_VOCAL_2, bins: KIM_VOCAL_2.fftSize / 2 + 1, frames: 20 })
  const sound: Stereo = [noise(spectrum.chunk), sine(440, RATE, 1).subarray(0, spectrum.chunk)]
  const back = spectrum.synthesise(spectrum.analyse(sound))
  expect(maxAbsDiff(back[0], sound[0])).toBeLessThan(1e-6)
  expect(maxAbsDiff(back[1], sound[1])).toBeLessThan(1e-6)
})
