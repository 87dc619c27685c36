import type { Numbers } from './run-graph'

/** Moves axes: [b, c, f, h, w] as the original has video, to [b · f, c, h, w] as our graphs do. */
export function framesAsRows({ shape, data }: Numbers): Numbers {
  const [b, c, f, h, w] = shape
  return { shape: [b * f, c, h, w], data: swapMiddle(data, b, c, f, h * w) }
}

/** [b · f, c, h, w] → [b, c, f, h, w] */
export function rowsAsFrames({ shape, data }: Numbers, frames: number): Numbers {
  const [n, c, h, w] = shape
  const b = n / frames
  return { shape: [b, c, frames, h, w], data: swapMiddle(data, b, frames, c, h * w) }
}

/** [outer, p, q, inner] → [outer, q, p, inner] */
function swapMiddle(data: Numbers['data'], outer: number, p: number, q: number, inner: number): number[] {
  const moved = new Array<number>(outer * p * q * inner)
  for (let o = 0, at = 0; o < outer; o++) {
    for (let j = 0; j < q; j++) {
      for (let i = 0; i < p; i++) {
        const from = ((o * p + i) * q + j) * inner
        for (let k = 0; k < inner; k++) moved[at++] = Number(data[from + k])
      }
    }
  }
  return moved
}
