/** The process behind `file-worker.ts`. */
import path from 'node:path'
import { toErrorJson } from '../../nodes/core/errors'
import { AssetStore } from '../storage/assets'
import { BlobStore } from '../storage/blobs'
import { writeAtomic } from '../storage/files'
import type { FileAnswer, FileRequest, FileResults, FileTask } from './file-work'

/** Long side of a thumbnail, pixels. */
const LONG_SIDE = 384

async function perform(task: FileTask): Promise<FileResults[FileTask['type']]> {
  switch (task.type) {
    case 'import': {
      const blobs = new BlobStore(path.join(task.data, 'blobs'))
      const assets = new AssetStore(path.join(task.data, 'assets'), blobs)
      return assets.import(task.file, task.name, { move: true })
    }
    case 'thumbnail':
      await drawThumbnail(task.from, task.to)
      return null
  }
}

async function drawThumbnail(from: string, to: string): Promise<void> {
  const { decodeImage } = await import('../../nodes/lib/media/decode-image')
  const { default: sharp } = await import('sharp')
  const { width, height, channels, data } = (await decodeImage(from)).image
  const jpeg = await sharp(data, { raw: { width, height, channels } })
    .flatten({ background: '#ffffff' })
    .resize(LONG_SIDE, LONG_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer()
  await writeAtomic(to, jpeg)
}

process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the studio ends this process
process.on('disconnect', () => process.exit())
process.on('message', async ({ id, task }: FileRequest) => {
  const answer: FileAnswer = await perform(task).then(
    (result) => ({ id, result }),
    (error) => ({ id, error: toErrorJson(error) }),
  )
  process.send?.(answer)
})
