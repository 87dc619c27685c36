'use client'
import { Copy, RotateCcw, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../_ui/button'
import { EmptyState } from '../_ui/empty-state'
import { LinkButton } from '../_ui/link-button'

/** A page that broke: what happened, how to go on, and the rest to copy. */
export function Failure({ error, onRetry }: { error: Error & { digest?: string }; onRetry: () => void }) {
  const [copied, setCopied] = useState(false)
  const report = [error.name, error.message, error.digest, error.stack].filter(Boolean).join('\n')
  const copy = () =>
    navigator.clipboard.writeText(report).then(
      () => setCopied(true),
      () => setCopied(false), // the report stands below and can be selected
    )
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas">
      <EmptyState
        large
        icon={TriangleAlert}
        tone="err"
        title="This page stopped"
        actions={
          <>
            <Button kind="primary" size="large" icon={RotateCcw} onClick={onRetry}>
              Try again
            </Button>
            <LinkButton size="large" href="/">
              Go to the library
            </LinkButton>
            <Button size="large" icon={Copy} onClick={copy}>
              {copied ? 'Copied' : 'Copy report'}
            </Button>
          </>
        }
      >
        <p>{error.message || 'An unexpected failure.'}</p>
        <p className="mt-1">What you edited is kept on this device and in the studio.</p>
        <details className="mt-3 text-left">
          <summary className="cursor-default text-center text-text-3">Details</summary>
          <pre className="mt-2 max-h-48 overflow-auto rounded-2 bg-field p-2 font-mono text-11 text-text-2">
            {report}
          </pre>
        </details>
      </EmptyState>
    </main>
  )
}
