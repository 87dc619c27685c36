import type { Sampler } from '../schedulers/sampler'
import type { StopSignal } from '../stop-signal'

export interface DenoiseOptions {
  sampler: Sampler
  /** Frame numbers of each window; together they cover the video. */
  windows: readonly (readonly number[])[]
  /** How far to go from what the network says without picture and speech to what it says with them: 3.5. */
  guidance: number
  /**
   * What the network says of a window: [rows, f, latent], the unconditional row first when there are two.
   * @param latents [f, latent] of the window's frames
   * @param t the training step
   */
  predict(latents: Float32Array, window: readonly number[], t: number): Promise<Float32Array>
  /** The first step to take, for a video that goes on from a checkpoint. */
  from?: number
  signal?: StopSignal
  /** After each step, with the latents that the next one begins with. */
  onStep?: (done: number, total: number, latents: Float32Array) => void | Promise<void>
}

/**
 * A video's latents from noise (stage2.md §14). In each step, windows that share a frame are averaged before guidance.
 * Besides latents and their sums nothing grows with the video.
 *
 *   latents [frames, latent]  frame by frame, `latent` numbers each; at the start standard normal
 *   →       the same at the end
 */
export async function denoiseWindows(
  latents: Float32Array,
  frames: number,
  { sampler, windows, guidance, predict, from = 0, signal, onStep }: DenoiseOptions,
): Promise<Float32Array> {
  const size = latents.length / frames
  const total = sampler.times.length
  let x = latents
  for (let k = from; k < total; k++) {
    const sum = new RowSums(frames, size)
    for (const window of windows) {
      signal?.throwIfAborted()
      sum.add(await predict(framesOf(x, window, size), window, sampler.times[k]), window)
    }
    x = sampler.step(k, x, sum.guided(guidance))
    await onStep?.(k + 1, total, x)
  }
  return x
}

/** Items of a tensor's first axis, in the order of their numbers. */
export function framesOf<Data extends Float32Array | Uint16Array>(
  data: Data,
  numbers: readonly number[],
  size: number,
): Data {
  const picked = new (data.constructor as new (length: number) => Data)(numbers.length * size)
  for (const [i, frame] of numbers.entries()) {
    picked.set(data.subarray(frame * size, (frame + 1) * size), i * size)
  }
  return picked
}

/** What windows said of each frame, row by row. */
class RowSums {
  readonly #rows: Float32Array[] = []
  readonly #visits: Float32Array

  constructor(
    readonly frames: number,
    readonly size: number,
  ) {
    this.#visits = new Float32Array(frames)
  }

  add(output: Float32Array, window: readonly number[]): void {
    const rowSize = window.length * this.size
    for (let row = 0; row * rowSize < output.length; row++) {
      this.#rows[row] ??= new Float32Array(this.frames * this.size)
      for (const [i, frame] of window.entries()) {
        const into = this.#rows[row].subarray(frame * this.size, (frame + 1) * this.size)
        const from = row * rowSize + i * this.size
        for (let j = 0; j < this.size; j++) into[j] += output[from + j]
      }
    }
    for (const frame of window) this.#visits[frame]++
  }

  /** The mean, of two rows the unconditional one and `guidance` times the way to the conditional one. */
  guided(guidance: number): Float32Array {
    const [first, second] = this.#rows
    return first.map((value, at) => {
      const visits = this.#visits[Math.floor(at / this.size)]
      const mean = value / visits
      return second ? mean + guidance * (second[at] / visits - mean) : mean
    })
  }
}
