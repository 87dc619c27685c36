import { ModelError } from '../../../models/errors'
import { StudioError } from '../../core/errors'
import type { Place, VideoSize } from './open-networks'

const OUT_OF_MEMORY = /out of memory|failed to allocate|bad_alloc|alloc(ation)? fail|not enough memory/i

/** Waits for work of networks; when memory does not suffice, the failure says what to lower, with its value. */
export async function advised<T>(
  work: Promise<T>,
  { host, dtype }: Place,
  { width, height }: VideoSize,
  window?: number,
): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause
    const isMemory = cause.code === 'runtime/memory' || OUT_OF_MEMORY.test(cause.message)
    if (!isMemory) throw cause
    const lower = [
      `the size (${width} × ${height})`,
      ...(window === undefined ? [] : [`the window (${window} frames)`]),
      ...(dtype === 'float32' && host.device !== 'cpu' ? ['the precision (float16 takes half)'] : []),
    ]
    throw new StudioError('worker/memory', `Memory of ${host.device} does not suffice: ${cause.message}`, {
      hint: `Lower ${lower.join(' or ')}, allow more memory under Settings, Device and memory, or choose another device.`,
      cause,
    })
  }
}
