import { ModelError } from '../../../models/errors'
import { StudioError } from '../../core/errors'
import type { Place, VideoSize } from './open-networks'

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
    if (!(cause instanceof ModelError) || cause.code !== 'runtime/memory') throw cause
    const lower = [
      `the size (${width} × ${height})`,
      ...(window === undefined ? [] : [`the window (${window} frames)`]),
      ...(dtype === 'float32' && host.device !== 'cpu' ? ['the precision (float16 takes half)'] : []),
    ]
    throw new StudioError('worker/memory', cause.message, {
      hint: `Lower ${lower.join(' or ')}, allow more memory under Settings, Device and memory, or choose another device.`,
      cause,
    })
  }
}
