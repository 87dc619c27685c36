import type { PoseValue } from '../../core/values'

export type CanvasFit = 'contain' | 'cover' | 'stretch'

/**
 * Brings a motion to another canvas. `contain` keeps all of the old canvas in view, `cover` fills the new one, both
 * with one scale and centred; `stretch` scales the two sides apart. Points of score 0 stay as they are; points that
 * are merely unsure (score under 0.3) move along, because their coordinates belong to the old canvas.
 */
export function fitCanvas(pose: PoseValue, width: number, height: number, fit: CanvasFit): PoseValue {
  const [kx, ky] = [width / pose.width, height / pose.height]
  const k = fit === 'contain' ? Math.min(kx, ky) : Math.max(kx, ky)
  const [sx, sy] = fit === 'stretch' ? [kx, ky] : [k, k]
  return mapPoints(
    pose,
    { width, height },
    { sx, sy, dx: (width - sx * pose.width) / 2, dy: (height - sy * pose.height) / 2 },
  )
}

/** The motion as seen through a window of its canvas, px; points outside stay and have coordinates outside. */
export function cropCanvas(
  pose: PoseValue,
  window: { x: number; y: number; width: number; height: number },
): PoseValue {
  const { width, height } = window
  return mapPoints(pose, { width, height }, { sx: 1, sy: 1, dx: -window.x, dy: -window.y })
}

function mapPoints(
  pose: PoseValue,
  canvas: { width: number; height: number },
  { sx, sy, dx, dy }: { sx: number; sy: number; dx: number; dy: number },
): PoseValue {
  const data = pose.data.slice()
  for (let i = 0; i < data.length; i += 3) {
    if (data[i + 2] === 0) continue
    data[i] = data[i] * sx + dx
    data[i + 1] = data[i + 1] * sy + dy
  }
  return { ...pose, ...canvas, data }
}
