/** Distance from any time to the nearest of `sorted` (rising); Infinity when there is none. */
export function nearestDistance(sorted: readonly number[]): (time: number) => number {
  return (time) => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const mid = (low + high) >> 1
      if (sorted[mid] < time) low = mid + 1
      else high = mid
    }
    const after = low < sorted.length ? sorted[low] - time : Number.POSITIVE_INFINITY
    const before = low > 0 ? time - sorted[low - 1] : Number.POSITIVE_INFINITY
    return Math.min(after, before)
  }
}
