'use client'
import { useCallback, useEffect, useState } from 'react'

/** A value that is loaded while the component is there; the last one stays until the next has come. */
export function useLoaded<T>(
  key: string,
  load: ((signal: AbortSignal) => Promise<T>) | undefined,
): { value?: T; error?: unknown; again: () => void } {
  const [attempt, setAttempt] = useState(0)
  const again = useCallback(() => setAttempt((count) => count + 1), [])
  const [result, setResult] = useState<{ value?: T; error?: unknown }>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is loaded
  useEffect(() => {
    if (!load) return setResult({})
    const abort = new AbortController()
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setResult({ value }),
      (error) => !abort.signal.aborted && setResult({ error }),
    )
    return () => abort.abort()
  }, [key, attempt])
  return { ...result, again }
}
