import type { AudioValue } from '../../../nodes/core/values'
import type { FrameReader } from '../../_lib/values/frame-reader'
import { fillBelow, type MotionCurves, strokeCurve } from '../stages/motion-curves'
import { paintBars } from '../stages/sound-pictures'
import { tickStep } from './dock-view'
import { type EditMark, inLanes } from './edit-marks'
import type { TrackPaint } from './track-canvas'

export function paintRuler({ context: g, width, height, ratio, view, x, colour }: TrackPaint): void {
  const step = tickStep((view.to - view.from) / (width / ratio))
  const minor = step % 5 === 0 ? step / 5 : step === 2 ? 1 : step
  g.fillStyle = colour('--line-3')
  for (let f = Math.floor(view.from / minor) * minor; f <= view.to; f += minor) {
    const long = f % step === 0
    g.globalAlpha = long ? 0.9 : 0.4
    g.fillRect(Math.round(x(f)), height - (long ? 6 : 3) * ratio, ratio, (long ? 6 : 3) * ratio)
  }
  g.globalAlpha = 1
  g.fillStyle = colour('--text-3')
  g.font = `${10 * ratio}px ${colour('--font-ui')}`
  g.textBaseline = 'middle'
  for (let f = Math.floor(view.from / step) * step; f <= view.to; f += step) {
    g.fillText(String(f), x(f) + 4 * ratio, height / 2 - ratio)
  }
}

/** Waveform, and ticks at onsets (frames of the transport). */
export function paintSpeech(target: TrackPaint, audio: AudioValue, onsets: readonly number[]): void {
  const { context: g, width, height, ratio, view, fps, x, colour } = target
  paintBars(g, audio, {
    width,
    height,
    ratio,
    fromSeconds: view.from / fps,
    toSeconds: view.to / fps,
    colour: colour('--sock-audio'),
  })
  g.fillStyle = colour('--text-1')
  for (const onset of onsets) {
    if (onset < view.from || onset > view.to) continue
    g.fillRect(Math.round(x(onset)), 0, ratio, 5 * ratio)
  }
}

/** Right hand solid, left dashed, head grey; frames of the pose may run at another rate than the transport's. */
export function paintMotion(target: TrackPaint, curves: MotionCurves, poseFps: number): void {
  const { context: g, height, ratio, fps, x, colour } = target
  const xOf = (frame: number) => x(((frame + 0.5) * fps) / poseFps)
  const box = { top: 5 * ratio, height: height - 10 * ratio }
  g.lineJoin = 'round'
  g.lineWidth = ratio
  g.strokeStyle = colour('--text-3')
  strokeCurve(g, curves.head, xOf, box)
  g.lineWidth = 1.5 * ratio
  g.strokeStyle = colour('--sock-pose')
  g.setLineDash([4 * ratio, 3 * ratio])
  strokeCurve(g, curves.leftHand, xOf, box)
  g.setLineDash([])
  g.lineWidth = 2 * ratio
  strokeCurve(g, curves.rightHand, xOf, box)
}

export interface RegionArea {
  region: string
  levels: number[]
  css: string
}

export function paintMasks(target: TrackPaint, areas: readonly RegionArea[], maskFps: number): void {
  const { context: g, height, fps, x } = target
  for (const { levels, css } of areas) {
    g.fillStyle = css
    g.globalAlpha = 0.62
    fillBelow(g, levels, (frame) => x(((frame + 0.5) * fps) / maskFps), { bottom: height, height })
  }
  g.globalAlpha = 1
}

/** Held spans, their names and diamonds at keyframes. */
export function paintEdits(target: TrackPaint, marks: readonly EditMark[], frames: number): void {
  const { context: g, height, ratio, view, x, colour } = target
  const laid = inLanes(marks, frames, 2)
  const lanes = Math.max(1, ...laid.map(({ lane }) => lane + 1))
  const laneHeight = height / lanes
  g.textBaseline = 'middle'
  g.font = `${10 * ratio}px ${colour('--font-ui')}`
  for (const { mark, lane } of laid) {
    const end = mark.to ?? frames
    if (end < view.from || mark.from > view.to) continue
    const y = (lane + 0.5) * laneHeight
    const keys = mark.keys.length > 0 ? mark.keys : [mark.from, end]
    g.globalAlpha = mark.enabled ? 1 : 0.42
    g.fillStyle = colour('--text-2')
    const from = mark.keys.length > 0 ? Math.min(...mark.keys) : mark.from
    const to = mark.keys.length > 0 ? Math.max(...mark.keys) : end
    g.fillRect(x(from), y - ratio / 2, x(to) - x(from), ratio)
    g.fillStyle = colour('--text-1')
    for (const key of keys) diamond(g, x(key), y, (lanes === 1 ? 4.5 : 3.5) * ratio)
    paintName(target, mark.name, { from: x(from) + 9 * ratio, after: x(to) + 9 * ratio, y })
  }
  g.globalAlpha = 1
}

/** Behind its span where there is room, else on the span; cut free of lines. */
function paintName(
  { context: g, width, ratio, colour }: TrackPaint,
  name: string,
  { from, after, y }: { from: number; after: number; y: number },
): void {
  const room = g.measureText(name).width
  const at = after + room < width ? after : Math.max(4 * ratio, from)
  g.fillStyle = colour('--bg-field')
  g.fillRect(at - 3 * ratio, y - 5 * ratio, room + 6 * ratio, 10 * ratio)
  g.fillStyle = colour('--text-3')
  g.fillText(name, at, y)
}

function diamond(g: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  g.beginPath()
  g.moveTo(x, y - radius)
  g.lineTo(x + radius, y)
  g.lineTo(x, y + radius)
  g.lineTo(x - radius, y)
  g.closePath()
  g.fill()
}

/** Thumbnails side by side; each shows the frame at its left edge. */
export function paintThumbnails(target: TrackPaint, reader: FrameReader, changed: () => void): void {
  const { context: g, width, height, view, fps, x } = target
  const size = { width: (height * reader.width) / reader.height, height }
  // Counted from frame 0, so that panning moves pictures instead of exchanging them.
  const framesPerThumb = ((view.to - view.from) * size.width) / width
  for (let i = Math.floor(view.from / framesPerThumb); i * framesPerThumb < view.to; i++) {
    const frame = Math.floor((i * framesPerThumb * reader.fps) / fps)
    if (frame >= reader.frames) break
    const picture = reader.peek(frame)
    if (picture) g.drawImage(picture, x(i * framesPerThumb), 0, size.width - 1, size.height)
    else reader.want(frame, 0, (error) => error === undefined && changed())
  }
}

/** What has no pictures: hatched. */
export function paintHatch({ context: g, width, height, ratio, colour }: TrackPaint): void {
  g.strokeStyle = colour('--line-2')
  g.lineWidth = ratio
  g.beginPath()
  for (let x = -height; x < width; x += 8 * ratio) {
    g.moveTo(x, height)
    g.lineTo(x + height, 0)
  }
  g.stroke()
}
