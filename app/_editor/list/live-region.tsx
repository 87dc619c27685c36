'use client'
import { useEffect, useState } from 'react'
import { useEditor } from '../state/editor-context'
import type { RunStoreState } from '../state/run-store'

/** At most one message in this time: a screen reader must be able to finish. */
const EVERY_MS = 5_000

/** Says how a run goes to who does not see the canvas. */
export function LiveRegion() {
  const editor = useEditor()
  const [polite, setPolite] = useState('')
  const [urgent, setUrgent] = useState('')
  useEffect(() => {
    let last = 0
    const title = (id: string) => {
      const node = editor.document.getState().nodes[id]
      return node?.title ?? editor.definitions.get(node?.type ?? '')?.title ?? id
    }
    let state = editor.runs.store.getState().run?.state
    return editor.runs.store.subscribe((now) => {
      const before = state
      state = now.run?.state
      if (now.run && before !== state) {
        if (state === 'failed')
          return setUrgent(`Run ${now.run.number} failed. ${now.run.error?.message ?? ''}`)
        if (state === 'finished') return setPolite(`Run ${now.run.number} is done.`)
        if (state === 'waiting')
          return setUrgent(
            `Run ${now.run.number} waits for you: ${now.run.asking?.map(title).join(', ') ?? ''}`,
          )
        if (state === 'cancelled') return setPolite(`Run ${now.run.number} was cancelled.`)
      }
      if (state !== 'running' || performance.now() - last < EVERY_MS) return
      const message = progressOf(now, title)
      if (!message) return
      last = performance.now()
      setPolite(message)
    })
  }, [editor])
  return (
    <>
      <p role="status" aria-live="polite" className="sr-only">
        {polite}
      </p>
      <p role="alert" className="sr-only">
        {urgent}
      </p>
    </>
  )
}

function progressOf({ views }: RunStoreState, title: (id: string) => string): string | undefined {
  const entry = Object.entries(views).find(([, view]) => view.state === 'running')
  if (!entry) return undefined
  const [id, { fraction, remainingSeconds }] = entry
  const left = remainingSeconds === undefined ? '' : `, ${Math.ceil(remainingSeconds)} seconds left`
  return `${title(id)}, ${Math.round(fraction * 100)} percent${left}`
}
