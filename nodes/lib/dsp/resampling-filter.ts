import { kaiserWindowedSinc, type SincShape } from './windowed-sinc'

/** Shape relative to the lower of the two rates, and whether the reference takes two steps for this ratio. */
interface RatioShape extends SincShape {
  twoSteps?: true
}

/** Pass band to 0.914 of the lower Nyquist frequency, stop band from 1.0, 120 dB. */
const DEFAULT_SHAPE: RatioShape = { cutoff: 0.956872, beta: 13.0401, halfLength: 97.0 }

const twoSteps = (shape: Partial<SincShape>): RatioShape => ({ ...DEFAULT_SHAPE, ...shape, twoSteps: true })

/**
 * Shapes per ratio `in:out`, fitted to the filters that MMGT's features were made with. They matter: the features
 * reach up to the new Nyquist frequency, so the transition band shows in them (stage 1 reference, section 1.2).
 */
const SHAPES: Record<string, RatioShape> = {
  '2:1': { ...DEFAULT_SHAPE, halfLength: 97.25 },
  '3:1': { ...DEFAULT_SHAPE, halfLength: 96.83 },
  '3:2': { ...DEFAULT_SHAPE, halfLength: 96.83 },
  '5:4': twoSteps({ cutoff: 0.956862, beta: 14.339, halfLength: 104.05 }), // 16000 → 12800
  '441:160': twoSteps({ beta: 16, halfLength: 110 }), // 44100 → 16000
  '320:441': twoSteps({ beta: 16, halfLength: 110 }), // 16000 → 22050
  '441:320': twoSteps({ beta: 16, halfLength: 110 }), // 22050 → 16000
  '441:128': twoSteps({ beta: 14.1, halfLength: 103.3 }), // 44100 → 12800
  '15:4': twoSteps({ beta: 14, halfLength: 102.5 }), // 48000 → 12800
}

export interface ResamplingFilter {
  /** `at(t)` vanishes for |t| ≥ `reach` input samples. */
  reach: number
  /** Weight of an input sample that lies `t` input samples from the wanted output time. */
  at(t: number): number
  /** Whether the reference resamples in two steps here, which shows in the first samples; see `dropPreRinging`. */
  twoSteps: boolean
}

/**
 * The filter that takes `down` input samples to `up` output samples (coprime integers): a Kaiser-windowed sinc without
 * delay, of unit DC gain, stretched to the lower of the two rates.
 */
export function resamplingFilter(up: number, down: number): ResamplingFilter {
  const shape = SHAPES[`${down}:${up}`] ?? DEFAULT_SHAPE
  const r = Math.min(1, up / down)
  const lowPass = kaiserWindowedSinc(shape)
  return {
    reach: shape.halfLength / r,
    at: (t) => r * lowPass(r * t),
    twoSteps: shape.twoSteps ?? false,
  }
}
