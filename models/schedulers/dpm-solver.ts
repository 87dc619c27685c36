import { cleanOf, type Sampler, type SamplerOptions, samplingTimes } from './sampler'

/**
 * DPM-Solver++ 2M (Lu et al., 2022, algorithm 2): like DDIM, with x₀ carried on in a straight line from the step before.
 * Up to its last step its error falls with the square of the number of steps, DDIM's with the number.
 *
 * Written in α and σ instead of their log ratio λ, which is infinite at both ends of a schedule without remainder. The
 * first step has no step before, the second one at an infinite distance, the last an infinite length: those are DDIM's.
 */
export function dpmSolver(options: SamplerOptions): Sampler {
  const { alphas, prediction } = options
  const times = samplingTimes(options)
  const alphaAt = (index: number) => (index < times.length ? alphas[times[index]] : 1)
  const lambdaAt = (index: number) => 0.5 * Math.log(alphaAt(index) / (1 - alphaAt(index)))
  let before: { index: number; clean: Float64Array } | undefined
  return {
    times,
    memory: {
      read: () => before?.clean,
      restore(index, clean) {
        before = { index: index - 1, clean }
      },
    },
    step(index, x, output) {
      const [alpha, next] = [alphaAt(index), alphaAt(index + 1)]
      const clean = cleanOf(x, output, alpha, prediction)
      const last = before?.index === index - 1 ? before.clean : undefined
      // Half the length of this step over that of the one before.
      const reach =
        last && index + 1 < times.length
          ? (lambdaAt(index + 1) - lambdaAt(index)) / (lambdaAt(index) - lambdaAt(index - 1)) / 2
          : 0
      const keep = Math.sqrt((1 - next) / (1 - alpha))
      const take = Math.sqrt(next) - keep * Math.sqrt(alpha)
      before = { index, clean }
      return x.map((value, i) => {
        const ahead = last ? clean[i] + reach * (clean[i] - last[i]) : clean[i]
        return keep * value + take * ahead
      })
    },
  }
}
