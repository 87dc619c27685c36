/** Makes up what a removed arm (or person) was hiding. */

/** Interleaved colours as floats, [height, width, 3]. */
type Colours = Float32Array

/**
 * Pull-push: averages of the known pixels are pulled up a pyramid and pushed down into the hole.
 *
 * @param rgb    [height, width, 3]
 * @param known  non-zero where colours may be taken from
 * @returns colours everywhere; known pixels keep theirs
 */
export function pullPush(
  rgb: Uint8Array | Colours,
  known: Uint8Array,
  width: number,
  height: number,
): Colours {
  const levels: { w: number; h: number; c: Colours; weight: Float32Array }[] = []
  const weight = new Float32Array(width * height)
  const c = new Float32Array(width * height * 3)
  for (let i = 0; i < weight.length; i++) {
    if (!known[i]) continue
    weight[i] = 1
    c[3 * i] = rgb[3 * i]
    c[3 * i + 1] = rgb[3 * i + 1]
    c[3 * i + 2] = rgb[3 * i + 2]
  }
  levels.push({ w: width, h: height, c, weight })
  while (levels[levels.length - 1].w > 1 || levels[levels.length - 1].h > 1) {
    const top = levels[levels.length - 1]
    levels.push(halve(top.c, top.weight, top.w, top.h))
  }
  for (let level = levels.length - 2; level >= 0; level--) push(levels[level + 1], levels[level])
  return levels[0].c
}

function halve(c: Colours, weight: Float32Array, w: number, h: number) {
  const nw = Math.max(1, (w + 1) >> 1)
  const nh = Math.max(1, (h + 1) >> 1)
  const out = new Float32Array(nw * nh * 3)
  const sums = new Float32Array(nw * nh)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x
      const k = weight[i]
      if (k === 0) continue
      const o = (y >> 1) * nw + (x >> 1)
      sums[o] += k
      out[3 * o] += k * c[3 * i]
      out[3 * o + 1] += k * c[3 * i + 1]
      out[3 * o + 2] += k * c[3 * i + 2]
    }
  }
  for (let i = 0; i < sums.length; i++) {
    if (sums[i] === 0) continue
    for (let j = 0; j < 3; j++) out[3 * i + j] /= sums[i]
    sums[i] = Math.min(1, sums[i])
  }
  return { w: nw, h: nh, c: out, weight: sums }
}

function push(
  coarse: { w: number; h: number; c: Colours },
  fine: { w: number; h: number; c: Colours; weight: Float32Array },
) {
  const from = coarse.c
  const to = fine.c
  for (let y = 0; y < fine.h; y++) {
    const cy = (y - 0.5) / 2
    const y0 = Math.max(0, Math.floor(cy))
    const y1 = Math.min(coarse.h - 1, Math.floor(cy) + 1)
    const fy = cy - Math.floor(cy)
    for (let x = 0; x < fine.w; x++) {
      const i = y * fine.w + x
      const k = fine.weight[i]
      if (k >= 1) continue
      const cx = (x - 0.5) / 2
      const x0 = Math.max(0, Math.floor(cx))
      const x1 = Math.min(coarse.w - 1, Math.floor(cx) + 1)
      const fx = cx - Math.floor(cx)
      const a = 3 * (y0 * coarse.w + x0)
      const b = 3 * (y0 * coarse.w + x1)
      const c = 3 * (y1 * coarse.w + x0)
      const d = 3 * (y1 * coarse.w + x1)
      for (let j = 0; j < 3; j++) {
        const top = from[a + j] * (1 - fx) + from[b + j] * fx
        const bottom = from[c + j] * (1 - fx) + from[d + j] * fx
        to[3 * i + j] = k * to[3 * i + j] + (1 - k) * (top * (1 - fy) + bottom * fy)
      }
      fine.weight[i] = 1
    }
  }
}
