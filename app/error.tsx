'use client'
import { Failure } from './_shell/failure'

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return <Failure error={error} onRetry={reset} />
}
