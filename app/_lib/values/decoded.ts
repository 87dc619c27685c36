import { ByteCache } from './byte-cache'

/** Bytes of decoded values that one page keeps. */
const BUDGET = 320 * 2 ** 20

/** A painter that took a picture out of the cache draws it at once; after this nobody holds it. */
const CLOSE_AFTER_MS = 2_000

let shared: ByteCache | undefined

/** What this page has decoded. */
export function decoded(): ByteCache {
  shared ??= new ByteCache(BUDGET, (value) => {
    if (!Array.isArray(value) || !(value[0] instanceof ImageBitmap)) return
    setTimeout(() => {
      for (const bitmap of value as ImageBitmap[]) bitmap.close()
    }, CLOSE_AFTER_MS)
  })
  return shared
}

export const bitmapBytes = (bitmaps: readonly ImageBitmap[]): number =>
  bitmaps.reduce((sum, { width, height }) => sum + width * height * 4, 0)
