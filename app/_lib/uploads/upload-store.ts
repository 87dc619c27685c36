import { create } from 'zustand'
import { type ErrorJson, toErrorJson } from '../../../nodes/core/errors'
import { uploadFile } from './upload-file'

export interface UploadView {
  id: string
  name: string
  bytes: number
  sentBytes: number
  /** `reading`: all of it arrived, the studio looks at it. */
  state: 'sending' | 'reading' | 'failed'
  error?: ErrorJson
}

interface UploadState {
  uploads: readonly UploadView[]
}

/** Uploads that are going on or have failed, over all pages of this tab. */
export const useUploads = create<UploadState>(() => ({ uploads: [] }))

const aborts = new Map<string, AbortController>()

const update = (id: string, change: Partial<UploadView>) =>
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)),
  }))

const forget = (id: string) =>
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((upload) => upload.id !== id) }))

/** Stops an upload and deletes what was sent; a failed one leaves the list. */
export function cancelUpload(id: string): void {
  aborts.get(id)?.abort()
  forget(id)
}

/**
 * Sends a file and turns it into whatever `finish` makes of the upload (an asset, a workflow). Undefined when it was
 * cancelled. A failure stays in the list with its sentence and is thrown as well.
 */
export async function trackUpload<T>(
  file: File,
  finish: (upload: string) => Promise<T>,
): Promise<T | undefined> {
  const id = crypto.randomUUID()
  const abort = new AbortController()
  aborts.set(id, abort)
  const view: UploadView = { id, name: file.name, bytes: file.size, sentBytes: 0, state: 'sending' }
  useUploads.setState(({ uploads }) => ({ uploads: [...uploads, view] }))
  try {
    const upload = await uploadFile(file, {
      signal: abort.signal,
      onProgress: (sentBytes) => update(id, { sentBytes }),
    })
    update(id, { state: 'reading', sentBytes: file.size })
    const made = await finish(upload)
    forget(id)
    return made
  } catch (error) {
    if (abort.signal.aborted) return undefined
    update(id, { state: 'failed', error: toErrorJson(error) })
    throw error
  } finally {
    aborts.delete(id)
  }
}
