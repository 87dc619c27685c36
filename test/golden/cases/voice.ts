import { z } from 'zod'
import { demix, limitPeak, type MdxSettings } from '../../../models/networks/mdx-net'
import { MdxSpectrum, type Stereo } from '../../../models/networks/mdx-spectrum'
import { type Comparison, EXACT } from '../harness/comparison'
import { GoldenError, type GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'
import type { Tensor } from '../harness/safetensors'

const sizes = z.object({
  n_fft: z.number(),
  hop: z.number(),
  segment_size: z.number(),
  dim_f: z.number(),
  overlap: z.number(),
})

const settingsOf = (config: z.infer<typeof sizes>, compensate: number): MdxSettings => ({
  fftSize: config.n_fft,
  hop: config.hop,
  bins: config.dim_f,
  frames: config.segment_size,
  overlap: config.overlap,
  compensate,
})

/** `[2, samples]`, perhaps with a 1 in front. */
function stereoOf({ shape, data }: Tensor): Stereo {
  const samples = shape[shape.length - 1]
  const all = data as Float32Array
  return [all.subarray(0, samples), all.subarray(samples, 2 * samples)]
}

const joined = ([left, right]: Stereo) => Float32Array.of(...left, ...right)

/** Runs `demix` with a network that gives back what it is given, and keeps what that was, chunk by chunk. */
async function spectraSeen(mix: Stereo, settings: MdxSettings) {
  const seen: Float32Array[] = []
  const sound = await demix(mix, settings, (spectrum) => {
    seen.push(spectrum.slice())
    return spectrum
  })
  return { seen, sound }
}

/** The original's framing around networks that are known functions. */
async function reduced(folder: GoldenFolder): Promise<Comparison[]> {
  const { config, notes } = folder.read(
    z.object({
      notes: z.string().default(''),
      config: sizes.extend({
        compensate: z.object({ identity: z.number(), others: z.number() }),
        channel_gains: z.array(z.number()).length(4),
      }),
    }),
  )
  const mix = stereoOf(folder.inputs().mix)
  const settings = settingsOf(config, config.compensate.others)
  const gain = (spectrum: Float32Array) =>
    spectrum.map((value, i) => value * config.channel_gains[Math.floor((4 * i) / spectrum.length)])
  const { seen, sound } = await spectraSeen(mix, settingsOf(config, config.compensate.identity))
  const spectrum = new MdxSpectrum(settings)
  const analysed = spectrum.analyse(stereoOf(folder.inputs().stft_wave))
  return [
    folder.compare('spec_chunk0', seen[0]),
    folder.compare(
      'spec_last_chunk',
      seen[Number(/spec_last_chunk is chunk number (\d+)/.exec(notes)?.[1] ?? seen.length - 1)],
    ),
    folder.compare('demix_identity', joined(sound)),
    folder.compare('demix_gains', joined(await demix(mix, settings, gain))),
    // The mean of f(x) and −f(−x) for f(x) = gain · x + 0.01.
    folder.compare(
      'demix_denoise',
      joined(await demix(mix, settings, (x) => gain(x).map((v) => 0.5 * (v + 0.01) - 0.5 * (-v + 0.01)))),
    ),
    // "no network, overlap 0.02, no compensation"
    folder.compare(
      'demix_match_mix',
      joined(await demix(mix, { ...settings, overlap: 0.02, compensate: 1 }, (x) => x)),
    ),
    folder.compare('stft', analysed),
    folder.compare('istft', joined(spectrum.synthesise(analysed))),
  ]
}

/** Kim_Vocal_2's sizes with the identity as network, down to 16-bit samples. */
async function full(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(z.object({ config: sizes.extend({ compensate: z.number() }) }))
  const settings = settingsOf(config, config.compensate)
  const mix = limitPeak(stereoOf(folder.inputs().mix_44100_stereo))
  const { seen, sound } = await spectraSeen(mix, settings)
  const view = named(folder, /^spec_chunk0_bins_every(\d+)_frames_every(\d+)$/)
  const pcm = named(folder, /^pcm16_interleaved_frames_first_(\d+)$/)
  const [left, right] = limitPeak(sound)
  const samples = Array.from({ length: folder.outputs()[pcm].shape[0] }, (_, i) => [left[i], right[i]])
  const { bins, frames } = settings
  const steps = /every(\d+)_frames_every(\d+)$/.exec(view)!.slice(1).map(Number)
  const sampled: number[] = []
  for (let part = 0; part < 4; part++)
    for (let bin = 0; bin < bins; bin += steps[0])
      for (let frame = 0; frame < frames; frame += steps[1])
        sampled.push(seen[0][(part * bins + bin) * frames + frame])
  return [
    folder.compare(view, sampled),
    folder.compare('demixed_identity', joined(sound)),
    // case.json: "pcm: 1 step"
    folder.compare(
      pcm,
      samples.flat().map((sample) => Math.trunc(sample * 32_767)),
      { ...EXACT, abs: 1 },
    ),
  ]
}

function named(folder: GoldenFolder, pattern: RegExp): string {
  const found = Object.keys(folder.outputs()).find((name) => pattern.test(name))
  if (!found) throw new GoldenError(`outputs.safetensors has no tensor like ${pattern.source}.`)
  return found
}

export const voice: Record<string, GoldenRunner> = { mdx_full: full, mdx_reduced: reduced }
