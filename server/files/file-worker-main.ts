/** The process behind `file-worker.ts`. */
import path from 'node:path'
import { toErrorJson } from '../../nodes/core/errors'
import type { ImageValue } from '../../nodes/core/values'
import { readBytes } from '../../nodes/lib/media/read-bytes'
import { AssetStore } from '../storage/assets'
import { BlobStore } from '../storage/blobs'
import { writeAtomic } from '../storage/files'
import { checkClaim } from './claimed-kind'
import type { FileAnswer, FileResults, FileTask } from './file-work'

/** Long side of a thumbnail, pixels. */
const LONG_SIDE = 384

async function perform(task: FileTask): Promise<FileResults[FileTask['type']]> {
  switch (task.type) {
    case 'import':
      return assetStore(task.data).import(task.file, task.name, {
        move: true,
        check: (found) => checkClaim(task.name, task.claimedType ?? '', found),
      })
    case 'workflow':
      return takeOutWorkflow(task.data, task.file)
    case 'thumbnail':
      await drawThumbnail(task.from, task.to)
      return null
  }
}

const assetStore = (data: string) =>
  new AssetStore(path.join(data, 'assets'), new BlobStore(path.join(data, 'blobs')))

async function takeOutWorkflow(data: string, file: string): Promise<FileResults['workflow']> {
  const { sniff } = await import('../../nodes/lib/media/sniff')
  if (sniff(await readBytes(file, 0, 4)).format === 'zip') {
    const { readWorkflowZip } = await import('./read-workflow-zip')
    const whole = await readWorkflowZip({ assets: assetStore(data), temp: path.join(data, 'temp') }, file)
    if (whole) return whole
  }
  const { readWorkflow } = await import('../../nodes/lib/media/workflow-tag')
  const document = await readWorkflow(file)
  return document === null ? null : { document, assets: [] }
}

async function drawThumbnail(from: string, to: string): Promise<void> {
  const { sniff, SNIFF_BYTES } = await import('../../nodes/lib/media/sniff')
  const isVideo = sniff(await readBytes(from, 0, SNIFF_BYTES)).kind === 'video'
  const { width, height, channels, data } = isVideo ? await firstFrame(from) : await picture(from)
  const { default: sharp } = await import('sharp')
  const jpeg = await sharp(data, { raw: { width, height, channels } })
    .flatten({ background: '#ffffff' })
    .resize(LONG_SIDE, LONG_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer()
  await writeAtomic(to, jpeg)
}

const picture = async (file: string): Promise<ImageValue> =>
  (await (await import('../../nodes/lib/media/decode-image')).decodeImage(file)).image

async function firstFrame(file: string): Promise<ImageValue> {
  const { decodeVideo } = await import('../../nodes/lib/media/decode-video')
  // Of less than a frame one frame is taken.
  const cut = { start: 0, end: 0.001, fps: 0, maxSize: LONG_SIDE }
  const { video } = await decodeVideo(file, cut)
  return { width: video.width, height: video.height, channels: 3, data: await video.chunk(0) }
}

process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the studio ends this process
process.on('disconnect', () => process.exit())
process.on('message', async (task: FileTask) => {
  const answer: FileAnswer = await perform(task).then(
    (result) => ({ result }),
    (error) => ({ error: toErrorJson(error) }),
  )
  process.send?.(answer)
})
