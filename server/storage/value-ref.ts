import type { SocketType } from '../../nodes/core/values'
import type { BlobRef } from './blobs'

/**
 * A value as it is stored and sent between processes: small ones inline, all others as blobs. `prepared` is the
 * result of a definition's preparation.
 */
export type ValueRef =
  | { type: SocketType; inline: unknown }
  | { type: SocketType | 'prepared'; meta: Record<string, unknown>; blobs: Record<string, BlobRef> }

export const blobsOf = (ref: ValueRef): BlobRef[] => ('blobs' in ref ? Object.values(ref.blobs) : [])
