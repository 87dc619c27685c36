'use client'
import { X } from 'lucide-react'
import { sayBytes } from '../_editor/stages/say-bytes'
import { cancelUpload, useUploads } from '../_lib/uploads/upload-store'
import { IconButton } from '../_ui/icon-button'
import { ProgressBar } from '../_ui/progress-bar'

/** Files on their way, each with its figures and a way to stop it; failed ones stay with their sentence. */
export function UploadList() {
  const uploads = useUploads((state) => state.uploads)
  if (uploads.length === 0) return null
  return (
    <section
      aria-label="Uploads"
      className="fixed right-4 bottom-4 z-(--z-popover) grid max-h-[60dvh] w-80 max-w-[calc(100vw-32px)] gap-3 overflow-y-auto rounded-3 bg-raised p-3 shadow-3 outline outline-line-2 -outline-offset-1 max-sm:bottom-18"
    >
      {uploads.map(({ id, name, bytes, sentBytes, state, error }) => (
        <div key={id}>
          <div className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate font-strong">{name}</span>
            <IconButton
              icon={X}
              size="small"
              label={state === 'failed' ? `Dismiss ${name}` : `Cancel ${name}`}
              onClick={() => cancelUpload(id)}
            />
          </div>
          {error ? (
            <p role="alert" className="text-11 text-err">
              {error.message} {error.hint && <span className="text-text-2">{error.hint}</span>}
            </p>
          ) : (
            <>
              <ProgressBar fraction={bytes > 0 ? sentBytes / bytes : 1} label={`Upload of ${name}`} />
              <p className="mt-1 text-11 text-text-3">
                {state === 'reading' ? 'Reading the file' : `${sayBytes(sentBytes)} of ${sayBytes(bytes)}`}
              </p>
            </>
          )}
        </div>
      ))}
    </section>
  )
}
