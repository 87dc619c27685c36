'use client'
import { useEffect, useState } from 'react'
import type { LiveStatus } from '../../_lib/live/open-document'
import { useEditor } from '../state/editor-context'

const TEXTS: Record<LiveStatus, string> = {
  loading: 'Loading',
  saved: 'Saved',
  saving: 'Saving',
  offline: 'Saved on this device',
  failed: 'Not saved',
}

/** Whether the document is on the disk of the studio, in words. */
export function useSavedText(): string {
  const { live } = useEditor()
  const [status, setStatus] = useState(live.status())
  useEffect(() => live.onStatus(() => setStatus(live.status())), [live])
  return TEXTS[status]
}
