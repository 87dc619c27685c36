import { cleanAt, type Sampler, type SamplerOptions, samplingTimes } from './sampler'

/**
 * DDIM without fresh noise (Song et al., 2021), as the original does it (stage2.md §12): a step from t leads to
 * t - ⌊1000/N⌋, which is not always the next time it is asked at.
 */
export function ddim(options: SamplerOptions): Sampler {
  const { alphas, steps, prediction } = options
  const times = samplingTimes(options)
  const stride = Math.floor(alphas.length / steps)
  return {
    times,
    step(index, x, output) {
      const t = times[index]
      const alpha = alphas[t]
      const next = t < stride ? 1 : alphas[t - stride]
      const [signal, noise] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)]
      const [nextSignal, nextNoise] = [Math.sqrt(next), Math.sqrt(1 - next)]
      return x.map((value, i) => {
        const clean = cleanAt(value, output[i], signal, noise, prediction)
        const eps = prediction === 'velocity' ? signal * output[i] + noise * value : output[i]
        return nextSignal * clean + nextNoise * eps
      })
    },
  }
}
