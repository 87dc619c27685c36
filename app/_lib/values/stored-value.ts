import { StudioError } from '../../../nodes/core/errors'
import type { ValueRef } from '../../../nodes/core/value-ref'
import type { SocketType } from '../../../nodes/core/values'

export type StoredRef = Extract<ValueRef, { blobs: unknown }>

/** The ref as one of a value of this type that lies in storage. @throws StudioError `storage/wrong-type` */
export function storedAs(ref: ValueRef, type: SocketType): StoredRef {
  if (ref.type !== type || !('blobs' in ref))
    throw new StudioError('storage/wrong-type', `This result is a ${ref.type}, not a ${type}.`)
  return ref
}

export const hashOf = (ref: StoredRef, part: string): string => {
  const blob = ref.blobs[part]
  if (!blob) throw new StudioError('storage/wrong-type', `This ${ref.type} has no part "${part}".`)
  return blob.sha256
}

/** One word for the whole value: equal values share what has been decoded. */
export const identityOf = (ref: ValueRef): string =>
  'blobs' in ref
    ? Object.values(ref.blobs)
        .map((blob) => blob.sha256.slice(0, 16))
        .join('.')
    : JSON.stringify(ref.inline)
