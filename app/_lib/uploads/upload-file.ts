import { DetailedError, Upload } from 'tus-js-client'
import { type ErrorJson, StudioError } from '../../../nodes/core/errors'

/** Small enough that a break loses a second, large enough that the requests do not count. */
const CHUNK_BYTES = 8 * 1024 * 1024

/** Retried by itself after these, in milliseconds: a studio that is being restarted is back by then. */
const RETRY_DELAYS = [0, 500, 1000, 2000, 4000, 8000]

export interface UploadHooks {
  onProgress?: (sentBytes: number, totalBytes: number) => void
  signal?: AbortSignal
}

/**
 * Sends a file to the studio and answers with the id of its upload. Interrupted, by a lost connection or a closed tab,
 * the same file goes on where it stopped; aborted by its signal, what was sent is deleted.
 *
 * @throws StudioError with the studio's own sentence when it refuses the file
 */
export async function uploadFile(file: File, { onProgress, signal }: UploadHooks = {}): Promise<string> {
  let found: Upload | undefined
  const finished = new Promise<string>((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: '/api/uploads',
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS,
      // A refusal stays one; a full disk (507) is for people to mend.
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0
        return status === 409 || status === 423 || (status !== 507 && (status < 400 || status >= 500))
      },
      metadata: { filename: file.name, filetype: file.type },
      removeFingerprintOnSuccess: true,
      onProgress,
      onError: (error) => reject(refusal(file, error)),
      onSuccess: () => resolve(uploadId(upload.url)),
    })
    found = upload
  })
  const upload = found as unknown as Upload // set by the executor above, which runs at once
  const abort = () => void upload.abort(true).catch(() => {}) // the studio drops unfinished uploads by itself too
  signal?.throwIfAborted()
  signal?.addEventListener('abort', abort)
  try {
    const [previous] = await upload.findPreviousUploads()
    if (previous) upload.resumeFromPreviousUpload(previous)
    upload.start()
    return await Promise.race([finished, aborted(signal)])
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

const uploadId = (url: string | null): string =>
  new URL(url ?? '', location.href).pathname.split('/').pop() ?? ''

const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }))

function refusal(file: File, error: Error | DetailedError): StudioError {
  const response = error instanceof DetailedError ? error.originalResponse : null
  if (!response) {
    return new StudioError('media/not-sent', `${file.name} was not sent: the studio cannot be reached.`, {
      hint: 'Check that it is still running, then add the file again; it goes on where it stopped.',
      cause: error,
    })
  }
  const body = response.getBody()
  const said = parseError(body)
  if (said) return StudioError.fromJSON(said)
  return new StudioError(
    'media/refused',
    `${file.name} was refused (${response.getStatus()}): ${body.trim()}`,
    {
      cause: error,
    },
  )
}

function parseError(body: string): ErrorJson | undefined {
  try {
    const json = JSON.parse(body)
    return typeof json?.message === 'string'
      ? json
      : typeof json?.error?.message === 'string'
        ? json.error
        : undefined
  } catch {
    return undefined // not ours: a sentence of the tus server
  }
}
