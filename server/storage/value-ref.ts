import type { BlobRef, ValueRef } from '../../nodes/core/value-ref'

export type { ValueRef } from '../../nodes/core/value-ref'

export const blobsOf = (ref: ValueRef): BlobRef[] => ('blobs' in ref ? Object.values(ref.blobs) : [])
