import type { SocketType } from './values'

/** Immutable bytes under their own sha256. */
export interface BlobRef {
  sha256: string
  size: number
}

/**
 * A value as it is stored and sent between processes: small ones inline, all others as blobs. `prepared` is the
 * result of a definition's preparation.
 */
export type ValueRef =
  | { type: SocketType; inline: unknown }
  | { type: SocketType | 'prepared'; meta: Record<string, unknown>; blobs: Record<string, BlobRef> }
