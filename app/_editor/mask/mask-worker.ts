/** Runs in a web worker: the edited mask of a frame as a picture, and how much of the frame each region covers. */
import { toErrorJson } from '../../../nodes/core/errors'
import { areaOf, MaskEngine, paintPlanes } from './mask-engine'
import type { FromMaskWorker, ToMaskWorker } from './mask-preview'

const engine = new MaskEngine()
let size = { width: 0, height: 0 }
let pixels: Uint8ClampedArray<ArrayBuffer> | undefined

const say = (message: FromMaskWorker, transfer: Transferable[] = []) => postMessage(message, { transfer })

let work: Promise<void> = Promise.resolve()
addEventListener('message', ({ data }: MessageEvent<ToMaskWorker>) => {
  work = work.then(() => handle(data)).catch((error) => say({ type: 'failed', error: toErrorJson(error) }))
})

async function handle(message: ToMaskWorker): Promise<void> {
  if (message.type === 'layers') {
    const { layers, regions, width, height } = message
    size = { width, height }
    if (pixels?.length !== width * height * 4) pixels = new Uint8ClampedArray(width * height * 4)
    say({ type: 'regions', regions: await engine.setLayers(layers, regions, width, height) })
    return
  }
  const total = size.width * size.height
  if (message.type === 'areas') {
    const areas = message.planes.map((plane, i) =>
      areaOf(engine.render(message.region, message.from + i, plane, total)),
    )
    return say({ type: 'areas', id: message.id, areas })
  }
  if (!pixels) return
  const planes = message.paints.map((paint) => ({
    ...paint,
    plane: engine.render(paint.region, message.frame, paint.plane, total),
  }))
  paintPlanes(pixels, size.width, planes, message.look)
  const bitmap = await createImageBitmap(new ImageData(pixels, size.width, size.height))
  const areas = Object.fromEntries(planes.map(({ region, plane }) => [region, areaOf(plane)]))
  say({ type: 'picture', frame: message.frame, bitmap, areas }, [bitmap])
}
