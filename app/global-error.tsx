'use client'
import './globals.css'
import { Failure } from './_shell/failure'

/** When the layout itself broke: it stands in for the whole page. */
export default function GlobalError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <html lang="en">
      <body>
        <title>MMGT Studio</title>
        <Failure error={error} onRetry={reset} />
      </body>
    </html>
  )
}
