/** Over how long speed is averaged, ms. */
const WINDOW_MS = 8000

/** Bytes per second of the last seconds. */
export class Speed {
  private readonly samples: { at: number; bytes: number }[] = []

  /** @param bytes so far @param at milliseconds, of any clock that only goes forward */
  add(bytes: number, at = performance.now()): number {
    this.samples.push({ at, bytes })
    while (this.samples.length > 2 && at - this.samples[0].at > WINDOW_MS) this.samples.shift()
    const [first] = this.samples
    return at > first.at ? ((bytes - first.bytes) * 1000) / (at - first.at) : 0
  }
}
