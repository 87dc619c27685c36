/** How different two pictures of one size are, pixel by pixel and in structure. */

export interface PictureDifference {
  /** Sum of absolute differences over all pixels and channels, levels. */
  absolute: number
  /** Sum of squared differences, levels². */
  squared: number
  /** Largest difference of any channel, 0–255. */
  most: number
}

/** @param a @param b `[height, width, 3]`, 8 bit, of one size */
export function pictureDifference(a: Uint8Array, b: Uint8Array): PictureDifference {
  let [absolute, squared, most] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i])
    absolute += d
    squared += d * d
    if (d > most) most = d
  }
  return { absolute, squared, most }
}

/** Peak signal-to-noise ratio: 10 · log₁₀(255² / mean squared difference), dB; null for equal pictures. */
export const peakSignalToNoise = (meanSquared: number): number | null =>
  meanSquared > 0 ? 10 * Math.log10(255 ** 2 / meanSquared) : null

const WINDOW = 8
const STEP = 4
/** Keep quotients of flat windows steady: (0.01 · 255)² and (0.03 · 255)², as Wang et al. have them. */
const [C1, C2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]

/**
 * Structural similarity of the brightness (Rec. 601) of two pictures, 1 for equal ones: the mean over flat windows of
 * 8 × 8 pixels every 4 pixels. Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, IEEE TIP 13(4), 2004. A side
 * below 8 pixels is one window.
 */
export function structuralSimilarity(a: Uint8Array, b: Uint8Array, width: number, height: number): number {
  const [x, y] = [brightness(a), brightness(b)]
  const [w, h] = [Math.min(WINDOW, width), Math.min(WINDOW, height)]
  let sum = 0
  let windows = 0
  for (let top = 0; top + h <= height; top += STEP) {
    for (let left = 0; left + w <= width; left += STEP) {
      sum += similarityOf(x, y, top * width + left, width, w, h)
      windows++
    }
  }
  return sum / windows
}

function similarityOf(
  x: Float32Array,
  y: Float32Array,
  at: number,
  row: number,
  w: number,
  h: number,
): number {
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0]
  for (let v = 0; v < h; v++) {
    for (let i = at + v * row, end = i + w; i < end; i++) {
      sx += x[i]
      sy += y[i]
      sxx += x[i] * x[i]
      syy += y[i] * y[i]
      sxy += x[i] * y[i]
    }
  }
  const n = w * h
  const [mx, my] = [sx / n, sy / n]
  const [vx, vy, both] = [sxx / n - mx * mx, syy / n - my * my, sxy / n - mx * my]
  return ((2 * mx * my + C1) * (2 * both + C2)) / ((mx * mx + my * my + C1) * (vx + vy + C2))
}

function brightness(rgb: Uint8Array): Float32Array {
  const out = new Float32Array(rgb.length / 3)
  for (let i = 0; i < out.length; i++) {
    out[i] = 0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2]
  }
  return out
}
