/** Runs in a web worker: sets a portrait up once, then draws the frames that are asked for. */
import { toErrorJson } from '../../../nodes/core/errors'
import { WarpEngine } from './warp-engine'
import type { FromWarpWorker, ToWarpWorker } from './warp-messages'

const engine = new WarpEngine()
let size = { width: 0, height: 0 }
let pixels: Uint8ClampedArray<ArrayBuffer> | undefined

const say = (message: FromWarpWorker, transfer: Transferable[] = []) => postMessage(message, { transfer })
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

/** One after the other: a motion that arrives during the set-up waits for it. */
let work: Promise<void> = Promise.resolve()
addEventListener('message', ({ data }: MessageEvent<ToWarpWorker>) => {
  work = work.then(() => handle(data)).catch((error) => say({ type: 'failed', error: toErrorJson(error) }))
})

async function handle(message: ToWarpWorker): Promise<void> {
  if (message.type === 'setUp') {
    const started = performance.now()
    size = await engine.setUp(
      message.subject,
      (fraction, text) => say({ type: 'progress', fraction, text }),
      turn,
    )
    pixels = new Uint8ClampedArray(size.width * size.height * 4).fill(255)
    return say({ type: 'ready', seconds: (performance.now() - started) / 1000 })
  }
  if (message.type === 'motion') return engine.setMotion(message.pose)
  const rgb = engine.render(message.frame)
  if (!rgb || !pixels) return say({ type: 'picture', frame: message.frame, id: message.id })
  for (let i = 0, o = 0; i < rgb.length; i += 3, o += 4) {
    pixels[o] = rgb[i]
    pixels[o + 1] = rgb[i + 1]
    pixels[o + 2] = rgb[i + 2]
  }
  const bitmap = await createImageBitmap(new ImageData(pixels, size.width, size.height))
  say({ type: 'picture', frame: message.frame, id: message.id, bitmap }, [bitmap])
}
