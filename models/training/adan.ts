export interface AdanOptions {
  learningRate: number
  betas: readonly [number, number, number]
  eps: number
  weightDecay: number
}

/** What SMGA was trained with (reference/stage1.md, section 12). */
export const SMGA_ADAN: AdanOptions = {
  learningRate: 2e-4,
  betas: [0.02, 0.08, 0.01],
  eps: 1e-8,
  weightDecay: 0.02,
}

/** What is remembered of a tensor from step to step. */
export interface AdanState {
  steps: number
  /** Moving averages: of the gradient, of its changes, and of the square of both together. */
  gradient: Float32Array
  change: Float32Array
  square: Float32Array
  previous: Float32Array
}

export function adanState(size: number): AdanState {
  const zeros = () => new Float32Array(size)
  return { steps: 0, gradient: zeros(), change: zeros(), square: zeros(), previous: zeros() }
}

/**
 * One step of Adan (Xie et al., "Adan: adaptive Nesterov momentum", 2022) as SMGA's training takes it: the averages
 * start with the second step, so the first one only decays the weights. Source: reference/stage1.md, section 12.1.
 * Weights and state are changed in place.
 */
export function adanStep(
  weights: Float32Array,
  gradient: Float32Array,
  state: AdanState,
  { learningRate, betas: [beta1, beta2, beta3], eps, weightDecay }: AdanOptions,
): void {
  if (state.steps > 0) {
    for (let i = 0; i < weights.length; i++) {
      const change = gradient[i] - state.previous[i]
      state.gradient[i] += beta1 * (gradient[i] - state.gradient[i])
      state.change[i] += beta2 * (change - state.change[i])
      state.square[i] += beta3 * ((gradient[i] + (1 - beta2) * change) ** 2 - state.square[i])
    }
  }
  state.steps++
  const [c1, c2, c3] = [beta1, beta2, beta3].map((beta) => 1 / (1 - (1 - beta) ** state.steps))
  for (let i = 0; i < weights.length; i++) {
    const rate = learningRate / (Math.sqrt(state.square[i] * c3) + eps)
    const step = state.gradient[i] * c1 + (1 - beta2) * state.change[i] * c2
    weights[i] = (weights[i] - rate * step) / (1 + weightDecay * learningRate)
  }
  state.previous.set(gradient)
}
