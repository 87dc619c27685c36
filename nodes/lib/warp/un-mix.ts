/**
 * Takes the background out of an arm's edge colours.
 *
 * A pixel at the edge is I = a·F + (1 − a)·B. With the made-up background B, F = (I − (1 − a)·B)/a where a is
 * large enough to trust; thinner pixels get the mean of their solid neighbours, so that no rim of the old
 * surroundings travels with the hand.
 *
 * @param rgb   portrait, [height, width, 3]
 * @param back  what lies behind, same layout
 * @param alpha 0…1, [height, width]
 * @returns F, [height, width, 3]; meaningful where alpha > 0
 */
export function unMix(
  rgb: Uint8Array,
  back: Uint8Array,
  alpha: Float32Array,
  width: number,
  height: number,
): Uint8Array {
  const TRUSTED = 0.6
  const n = width * height
  const out = rgb.slice()
  const known = new Uint8Array(n)
  const open: number[] = []
  for (let i = 0; i < n; i++) {
    const a = alpha[i]
    if (a === 0) continue
    if (a < TRUSTED) {
      open.push(i)
      continue
    }
    known[i] = 1
    if (a === 1) continue
    for (let k = 3 * i; k < 3 * i + 3; k++) {
      out[k] = Math.max(0, Math.min(255, Math.round((rgb[k] - (1 - a) * back[k]) / a)))
    }
  }
  let todo = open
  for (let round = 0; round < 6 && todo.length > 0; round++) {
    const done: number[] = []
    const rest: number[] = []
    for (const i of todo) {
      const x = i % width
      const y = (i - x) / width
      let r = 0
      let g = 0
      let b = 0
      let sum = 0
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const u = x + dx
          const v = y + dy
          if (u < 0 || v < 0 || u >= width || v >= height) continue
          const j = v * width + u
          if (!known[j]) continue
          sum++
          r += out[3 * j]
          g += out[3 * j + 1]
          b += out[3 * j + 2]
        }
      }
      if (sum === 0) {
        rest.push(i)
        continue
      }
      out[3 * i] = Math.round(r / sum)
      out[3 * i + 1] = Math.round(g / sum)
      out[3 * i + 2] = Math.round(b / sum)
      done.push(i)
    }
    for (const i of done) known[i] = 1
    todo = rest
  }
  return out
}
