/** How a long sound is heard piece by piece; all in frames. */
export interface PieceForm {
  length: number
  /** What a piece and the next have in common, at least. */
  overlap: number
  /** Within the overlap, in its middle, one piece takes over from the other; what lies outside is context only. */
  fade: number
}

/** First frames of the pieces that cover `frames`. The last one ends where the sound does and may overlap more. */
export function pieceStarts(frames: number, { length, overlap }: PieceForm): number[] {
  const last = Math.max(0, frames - length)
  const count = 1 + Math.ceil(last / (length - overlap))
  return Array.from({ length: count }, (_, k) => Math.min(last, k * (length - overlap)))
}

/** Rows of features that several overlapping pieces say, each fading into the next. */
export class BlendedRows {
  readonly #sums: Float32Array
  readonly #weights: Float32Array

  /**
   * @param frames of the sound
   * @param wanted how many of them, from the first, are to have rows
   */
  constructor(
    readonly frames: number,
    readonly dims: number,
    readonly form: PieceForm,
    readonly wanted = frames,
  ) {
    this.#sums = new Float32Array(wanted * dims)
    this.#weights = new Float32Array(wanted)
  }

  /** @param rows `[n, dims]` of the frames from `start` on; those behind the last wanted one are left out */
  add(rows: Float32Array, start: number): void {
    const { frames, dims, wanted } = this
    const count = rows.length / dims
    const isLast = start + count >= frames
    for (let i = 0; i < count && start + i < wanted; i++) {
      const before = start === 0 ? 1 : this.#share(i)
      const weight = Math.min(before, isLast ? 1 : this.#share(count - 1 - i))
      const [from, to] = [i * dims, (start + i) * dims]
      for (let d = 0; d < dims; d++) this.#sums[to + d] += weight * rows[from + d]
      this.#weights[start + i] += weight
    }
  }

  /** 0 … 1 for the row that has `before` others between itself and the end of its piece. */
  #share(before: number): number {
    const { overlap, fade } = this.form
    return Math.min(1, Math.max(0, (before + 0.5 - (overlap - fade) / 2) / fade))
  }

  /** `[wanted, dims]` */
  rows(): Float32Array {
    for (const [frame, weight] of this.#weights.entries()) {
      if (weight === 1) continue
      const at = frame * this.dims
      for (let d = 0; d < this.dims; d++) this.#sums[at + d] /= weight
    }
    return this.#sums
  }
}
