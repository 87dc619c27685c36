'use client'
import { useCallback } from 'react'
import { useTRPCClient } from '../trpc'
import { trackUpload } from './upload-store'

/** Sends files and answers with their assets, in order; cancelled ones are left out. Failures are thrown. */
export function useUploadAsset() {
  const client = useTRPCClient()
  return useCallback(
    (file: File) => trackUpload(file, (upload) => client.asset.byUpload.query({ upload })),
    [client],
  )
}
