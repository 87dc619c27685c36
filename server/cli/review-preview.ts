import path from 'node:path'
import type { ValueRef } from '../../nodes/core/value-ref'
import {
  FRAMES_PER_CHUNK,
  type MaskValue,
  type Payloads,
  POSE_STRIDE,
  type PoseValue,
  type VideoValue,
} from '../../nodes/core/values'
import type { DataFolder } from '../storage/data-folder'
import { copyAtomic, writeAtomic } from '../storage/files'
import { loadValue } from '../storage/values'

/** `[height, width, channels]`, 8 bit. */
interface Picture {
  width: number
  height: number
  channels: 1 | 3 | 4
  data: Uint8Array
}

/**
 * Puts something to look at beside the results: a picture (of moving ones their start, middle and end in a row), the
 * sound, the table, or the file itself.
 *
 * @param base path without an extension
 * @returns where the value can be seen: a path, a number or text as it is; undefined when there is nothing to see of it
 */
export async function savePreview(
  { blobs }: DataFolder,
  ref: ValueRef,
  base: string,
): Promise<string | undefined> {
  if (ref.type === 'file' && 'blobs' in ref) {
    const file = `${base}${path.extname(String(ref.meta.name))}`
    await copyAtomic(blobs.pathOf(ref.blobs.data.sha256), file)
    return file
  }
  const value = await loadValue(blobs, ref)
  const save = async (extension: string, bytes: Uint8Array | string) => {
    await writeAtomic(`${base}.${extension}`, bytes)
    return `${base}.${extension}`
  }
  switch (ref.type) {
    case 'image':
      return save('png', await toPng([value as Payloads['image']]))
    case 'pose':
      return save('png', await toPng(await poseFrames(value as PoseValue)))
    case 'mask':
      return save('png', await toPng(await maskFrames(value as MaskValue)))
    case 'video':
      return save('png', await toPng(await videoFrames(value as VideoValue)))
    case 'audio': {
      const { floatWav } = await import('../../nodes/lib/media/float-wav')
      return save('wav', Buffer.concat(floatWav(value as Payloads['audio'])))
    }
    case 'table': {
      const { tableToCsv } = await import('../../nodes/lib/pose/table-csv')
      return save('csv', tableToCsv(value as Payloads['table']))
    }
    default:
      return 'inline' in ref ? JSON.stringify(ref.inline) : undefined
  }
}

/** Start, middle and end, each once. */
const moments = (frames: number): number[] => [...new Set([0, frames >> 1, frames - 1])]

async function poseFrames({ width, height, frames, data }: PoseValue): Promise<Picture[]> {
  const { drawPose } = await import('../../nodes/lib/pose/draw')
  return moments(frames).map((f) => {
    const picture = { width, height, channels: 3, data: new Uint8Array(width * height * 3) } as const
    drawPose(data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE), width, height, picture.data)
    return picture
  })
}

const videoFrames = ({ width, height, frames, chunk }: VideoValue): Promise<Picture[]> =>
  Promise.all(
    moments(frames).map(async (f) => {
      const size = width * height * 3
      const at = (f % FRAMES_PER_CHUNK) * size
      const data = (await chunk(Math.floor(f / FRAMES_PER_CHUNK))).subarray(at, at + size)
      return { width, height, channels: 3, data } as const
    }),
  )

/** The first three regions as red, green and blue. */
function maskFrames({ width, height, frames, regions, chunk }: MaskValue): Promise<Picture[]> {
  const size = width * height
  const frame = async (f: number): Promise<Picture> => {
    const data = new Uint8Array(size * 3)
    for (const [c, region] of regions.slice(0, 3).entries()) {
      const plane = await chunk(region, Math.floor(f / FRAMES_PER_CHUNK))
      const at = (f % FRAMES_PER_CHUNK) * size
      for (let i = 0; i < size; i++) data[i * 3 + c] = plane[at + i]
    }
    return { width, height, channels: 3, data }
  }
  return Promise.all(moments(frames).map(frame))
}

/** Pictures of one size, side by side. */
async function toPng(pictures: readonly Picture[]): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const [{ width, height, channels }] = pictures
  const row = Buffer.alloc(width * pictures.length * height * channels)
  for (const [i, { data }] of pictures.entries()) {
    const line = width * channels
    for (let y = 0; y < height; y++)
      row.set(data.subarray(y * line, (y + 1) * line), (y * pictures.length + i) * line)
  }
  const raw = { width: width * pictures.length, height, channels }
  return sharp(row, { raw }).png().toBuffer()
}
