'use client'
import { IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'
import { type LiveDocument, type LocalCopy, SyncedDocument } from './live-document'
import { studioSocket } from './socket'

export type { LiveDocument, LiveStatus } from './live-document'

/** A browser that does not let us keep anything, or takes longer than this, works without a copy on the device. */
const LOCAL_MS = 2_000

/** A document stays open this long after its last user: React mounts twice, and people go back and forth. */
const LINGER_MS = 2_000

interface Opened {
  live: SyncedDocument
  users: number
  closing?: ReturnType<typeof setTimeout>
}

const opened = new Map<string, Opened>()

/** The live document of a workflow: the same one for everybody on this page. Close what you opened. */
export function openLiveDocument(workflow: string): LiveDocument {
  let entry = opened.get(workflow)
  if (!entry) {
    const live = new SyncedDocument(workflow, studioSocket(), (doc) => localCopy(workflow, doc))
    opened.set(workflow, (entry = { live, users: 0 }))
  }
  clearTimeout(entry.closing)
  entry.users++
  return handle(entry)
}

function handle(entry: Opened): LiveDocument {
  const { live } = entry
  let isOpen = true
  return {
    workflow: live.workflow,
    doc: live.doc,
    whenLoaded: live.whenLoaded,
    status: () => live.status(),
    onStatus: (listener) => live.onStatus(listener),
    failure: () => live.failure(),
    analysis: () => live.analysis(),
    onAnalysis: (listener) => live.onAnalysis(listener),
    close() {
      if (!isOpen) return
      isOpen = false
      if (--entry.users > 0) return
      entry.closing = setTimeout(() => {
        opened.delete(live.workflow)
        live.close()
      }, LINGER_MS)
    },
  }
}

function localCopy(workflow: string, doc: Y.Doc): LocalCopy {
  try {
    const kept = new IndexeddbPersistence(`mmgt-workflow-${workflow}`, doc)
    const late = new Promise((resolve) => setTimeout(resolve, LOCAL_MS))
    return {
      whenLoaded: Promise.race([kept.whenSynced, late]),
      close: () => void kept.destroy().catch(() => {}),
    }
  } catch {
    return { whenLoaded: Promise.resolve(), close: () => {} } // no IndexedDB at all
  }
}
