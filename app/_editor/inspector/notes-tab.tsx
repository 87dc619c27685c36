'use client'
import { useRef } from 'react'
import { NOTE_LENGTH } from '../../../nodes/core/document'
import { TextArea } from '../../_ui/text-area'
import type { CardModel } from '../card/use-card'
import { useEditor } from '../state/editor-context'

/** What people want to know of the node later: it is saved, copied and shared with it. */
export function NotesTab({ card: { id, node, title } }: { card: CardModel }) {
  const { commands } = useEditor()
  // What is written in one go is one step of undo.
  const gesture = useRef('')
  return (
    <div className="grid gap-2 px-4 py-3">
      <TextArea
        label={`Note about ${title}`}
        placeholder="Why it is set so, what to try next"
        value={node.note ?? ''}
        style={{ minHeight: 144 }}
        maxLength={NOTE_LENGTH}
        onFocus={() => {
          gesture.current = `note ${crypto.randomUUID()}`
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        onChange={(text) => commands.setNodeNote(id, text, { gesture: gesture.current })}
      />
      <p className="text-11 text-text-3">
        Saved with the workflow; it goes along when the node is copied, exported or shared.
      </p>
    </div>
  )
}
