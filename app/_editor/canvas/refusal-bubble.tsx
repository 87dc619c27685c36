'use client'
import { Ban, Plus } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../_ui/button'
import { useEditor } from '../state/editor-context'
import { dismissRefusal, insertFix, useConnecting } from './connecting'

const WIDTH = 248

/** Why an edge does not fit where it is held, and the node that would make it fit. */
export function RefusalBubble() {
  const editor = useEditor()
  const refusal = useConnecting((state) => state.refusal)
  const pinned = useConnecting((state) => state.pinned)
  const bubble = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!pinned) return
    bubble.current?.querySelector('button')?.focus()
    const close = (event: Event) => {
      if (
        event instanceof KeyboardEvent
          ? event.key === 'Escape'
          : !bubble.current?.contains(event.target as Node)
      )
        dismissRefusal()
    }
    window.addEventListener('pointerdown', close, true)
    window.addEventListener('keydown', close)
    return () => {
      window.removeEventListener('pointerdown', close, true)
      window.removeEventListener('keydown', close)
    }
  }, [pinned])
  if (!refusal) return null
  const { at, verdict } = refusal
  const fix = verdict.fix ? editor.definitions.get(verdict.fix) : undefined
  const left = at.x - WIDTH - 24 > 60 ? at.x - WIDTH - 24 : at.x + 24
  return (
    <div
      ref={bubble}
      role="alert"
      className="pop-in fixed z-(--z-popover) rounded-3 bg-raised p-3 shadow-3 outline outline-line-2 -outline-offset-1"
      style={{ left, top: at.y - 24, width: WIDTH, pointerEvents: pinned ? 'auto' : 'none' }}
    >
      <p className="flex gap-2 font-strong">
        <Ban size={14} strokeWidth={1.75} className="mt-px flex-none text-err" aria-hidden />
        {verdict.message}
      </p>
      {fix && <p className="mt-0.5 pl-[22px] text-text-2">{fix.summary}</p>}
      {fix && (
        <Button
          icon={Plus}
          className="mt-2 ml-[22px]"
          onClick={() => {
            insertFix(editor, refusal)
            dismissRefusal()
          }}
        >
          Insert {fix.title}
        </Button>
      )}
      {!pinned && fix && <p className="mt-1.5 pl-[22px] text-11 text-text-3">Let go here to choose it</p>}
    </div>
  )
}
