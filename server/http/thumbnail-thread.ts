/** The thread that makes thumbnails. */
import { rename, writeFile } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { toErrorJson } from '../../nodes/core/errors'
import { decodeImage } from '../../nodes/lib/media/decode-image'

const LONG_SIDE = 384

parentPort!.on('message', async ({ id, from, to }: { id: number; from: string; to: string }) => {
  try {
    const { image } = await decodeImage(from)
    const { default: sharp } = await import('sharp')
    const { width, height, channels, data } = image
    const jpeg = await sharp(data, { raw: { width, height, channels } })
      .flatten({ background: '#ffffff' })
      .resize(LONG_SIDE, LONG_SIDE, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 82 })
      .toBuffer()
    await writeFile(`${to}.${id}.tmp`, jpeg)
    await rename(`${to}.${id}.tmp`, to)
    parentPort!.postMessage({ id })
  } catch (error) {
    parentPort!.postMessage({ id, error: toErrorJson(error) })
  }
})
