import { SearchX } from 'lucide-react'
import type { Metadata } from 'next'
import { EmptyState } from './_ui/empty-state'
import { LinkButton } from './_ui/link-button'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <main className="grid h-dvh place-items-center bg-canvas">
      <EmptyState
        large
        icon={SearchX}
        title="There is nothing at this address"
        actions={
          <LinkButton kind="primary" size="large" href="/">
            Go to the library
          </LinkButton>
        }
      >
        The workflow may have been deleted, or the address is not complete.
      </EmptyState>
    </main>
  )
}
