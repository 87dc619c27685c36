import type { Sampler } from '../schedulers/sampler'
import type { StopSignal } from '../stop-signal'

/**
 * What a step asks the network: both rows, for guidance; the conditional one alone; or that one with guidance by what the
 * unconditional row said last (`kept`). The two latter are faster and approximate.
 */
export type StepRows = 'both' | 'conditional' | 'kept'

/** All that a video needs to go on after a step. */
export interface DenoiseState {
  /** Steps that are done. */
  done: number
  latents: Float32Array
  /** What the unconditional row said last of every frame, where a later step may want it. */
  unconditional?: Float32Array
  /** Of the sampler. */
  memory?: Float64Array
}

/** What a step saw and was told, for pictures of the work. */
export interface DenoiseView {
  /** Latents before the step, [frames, latent]. */
  x: Float32Array
  /** What the network said of them, with guidance. */
  output: Float32Array
  /** The training step. */
  t: number
}

export interface DenoiseOptions {
  sampler: Sampler
  /** Frame numbers of each window; together they cover the video. */
  windows: readonly (readonly number[])[]
  /** How far to go from what the network says without picture and speech to what it says with them: 3.5; or of each step. */
  guidance: number | ((step: number) => number)
  /** Of each step; both rows unless given. */
  rowsOf?: (step: number) => StepRows
  /**
   * What the network says of a window: [rows, f, latent], the unconditional row first when there are two.
   * @param latents [f, latent] of the window's frames
   * @param t the training step
   * @param rows `kept` asks for the conditional row, too
   * @param step from 0
   */
  predict(
    latents: Float32Array,
    window: readonly number[],
    t: number,
    rows: StepRows,
    step: number,
  ): Promise<Float32Array>
  /** Where to go on. */
  state?: Omit<DenoiseState, 'latents'>
  signal?: StopSignal
  /** After each step; `state` is not changed afterwards. */
  onStep?: (state: DenoiseState, view: DenoiseView) => void | Promise<void>
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
  { sampler, windows, guidance, rowsOf = () => 'both', predict, state, signal, onStep }: DenoiseOptions,
): Promise<Float32Array> {
  const size = latents.length / frames
  let [x, unconditional] = [latents, state?.unconditional]
  const first = state?.done ?? 0
  const guidanceOf = typeof guidance === 'function' ? guidance : () => guidance
  if (state?.memory) sampler.memory?.restore(first, state.memory)
  for (let k = first; k < sampler.times.length; k++) {
    const t = sampler.times[k]
    const wanted = rowsOf(k)
    const rows = wanted === 'kept' && !unconditional ? 'both' : wanted
    const sum = new RowSums(frames, size)
    for (const window of windows) {
      signal?.throwIfAborted()
      sum.add(await predict(framesOf(x, window, size), window, t, rows, k), window)
    }
    const means = sum.means()
    if (means.length === 2) unconditional = means[0]
    const output = rows === 'conditional' ? means[0] : guided(means, unconditional, guidanceOf(k))
    const before = x
    x = sampler.step(k, x, output)
    await onStep?.(
      { done: k + 1, latents: x, unconditional, memory: sampler.memory?.read() },
      { x: before, output, t },
    )
  }
  return x
}

/**
 * `guidance` times the way from the unconditional row to the conditional one, in the latter's place; one row alone is
 * taken as it is.
 */
function guided(
  means: readonly Float32Array[],
  unconditional: Float32Array | undefined,
  guidance: number,
): Float32Array {
  const conditional = means.at(-1)!
  if (!unconditional) return conditional
  for (const [i, value] of conditional.entries())
    conditional[i] = unconditional[i] + guidance * (value - unconditional[i])
  return conditional
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

  /** Of every row, over the windows of each frame: the sums become them. */
  means(): Float32Array[] {
    for (const row of this.#rows)
      for (const [frame, visits] of this.#visits.entries()) {
        const end = (frame + 1) * this.size
        for (let at = frame * this.size; at < end; at++) row[at] /= visits
      }
    return this.#rows
  }
}
