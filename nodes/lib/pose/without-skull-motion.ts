import type { PoseValue } from '../../core/values'
import { SKULL } from './keypoints'
import { type Path, pathOf } from './point-path'

/** Maps every frame back onto the first usable one by the similarity that fits the skull best (least squares). */
export function withoutSkullMotion(pose: PoseValue, paths: Path[], unit: number): Path[] {
  const skull = SKULL.map((point) => pathOf(pose, point, unit))
  const out = paths.map(({ x, y }) => ({ x: x.map(() => Number.NaN), y: y.map(() => Number.NaN) }))
  const complete = (f: number) => skull.every(({ x, y }) => !Number.isNaN(x[f] + y[f]))
  let reference = 0
  while (reference < pose.frames && !complete(reference)) reference++
  if (reference === pose.frames) return out
  const middle = (f: number): [number, number] => [
    skull.reduce((sum, { x }) => sum + x[f], 0) / skull.length,
    skull.reduce((sum, { y }) => sum + y[f], 0) / skull.length,
  ]
  const [rx, ry] = middle(reference)
  for (let f = reference; f < pose.frames; f++) {
    if (!complete(f)) continue
    const [mx, my] = middle(f)
    let [along, across, size] = [0, 0, 0]
    for (const { x, y } of skull) {
      const [ax, ay] = [x[f] - mx, y[f] - my]
      const [bx, by] = [x[reference] - rx, y[reference] - ry]
      along += ax * bx + ay * by
      across += ax * by - ay * bx
      size += ax * ax + ay * ay
    }
    if (size < 1e-12) continue
    const [c, s] = [along / size, across / size]
    paths.forEach(({ x, y }, i) => {
      const [dx, dy] = [x[f] - mx, y[f] - my]
      out[i].x[f] = rx + c * dx - s * dy
      out[i].y[f] = ry + s * dx + c * dy
    })
  }
  return out
}
