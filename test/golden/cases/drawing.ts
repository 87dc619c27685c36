import sharp from 'sharp'
import { z } from 'zod'
import { motionMask } from '../../../nodes/lib/mask/motion-masks'
import { drawPose } from '../../../nodes/lib/pose/draw'
import {
  type Canvas,
  drawThickLine,
  ellipsePolygon,
  fillCircle,
  fillConvex,
} from '../../../nodes/lib/pose/raster'
import { type Comparison, EXACT, type Tolerance } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'

/** "exact for pose frames is the aim (≤ 0.1 % differing pixels acceptable)"; masks have no such margin. */
const POSE_FRAME: Tolerance = { ...EXACT, outliers: { share: 0.001, abs: 255 } }

/** What the original drew for each named pose: the pose itself and the boxes of hands, lips and face. */
export async function poseDraw(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(z.object({ config: z.object({ sets: z.record(z.string(), z.string()) }) }))
  const comparisons: Comparison[] = []
  for (const set of Object.keys(config.sets)) {
    const points = folder.inputs()[set].data as Float32Array
    const pose = await sharp(folder.file(`${set}_pose.png`))
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { width, height } = pose.info
    const drawn = drawPose(points, width, height)
    comparisons.push({ tensor: `${set}_pose`, got: drawn, expected: pose.data, tolerance: POSE_FRAME })
    for (const region of ['hands', 'lips', 'face'] as const) {
      const tensor = `${set}_${region}`
      const expected = await sharp(folder.file(`${tensor}.png`))
        .extractChannel(0)
        .raw()
        .toBuffer()
      const got = motionMask(points, region, width, height, { reference: true })
      comparisons.push({ tensor, got, expected, tolerance: EXACT })
    }
  }
  return comparisons
}

const point = z.tuple([z.number(), z.number()])
const shape = z.union([
  z.object({ name: z.string(), center: point, radius: z.number() }),
  z.object({ name: z.string(), center: point, axes: point, angle: z.number() }),
  z.object({ name: z.string(), p: point, q: point }),
])

/** Single white shapes on black canvases; of an ellipse also its polygon. */
export async function rasterPrimitives(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(z.object({ config: z.object({ canvas: point, items: z.array(shape) }) }))
  const [height, width] = config.canvas
  return config.items.flatMap((item) => {
    const canvas: Canvas = { data: new Uint8Array(width * height), width, height, channels: 1 }
    const comparisons: Comparison[] = []
    if ('radius' in item) fillCircle(canvas, ...item.center, item.radius, 255)
    else if ('p' in item) drawThickLine(canvas, ...item.p, ...item.q, 255)
    else {
      const polygon = ellipsePolygon(...item.center, ...item.axes, item.angle)
      comparisons.push(folder.compare(item.name.replace('ellipse', 'ellipse_poly'), polygon))
      fillConvex(canvas, polygon, 'pixel', 255)
    }
    return [...comparisons, folder.compare(item.name, canvas.data)]
  })
}
