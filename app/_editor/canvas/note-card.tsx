'use client'
import { type NodeProps, NodeResizeControl } from '@xyflow/react'
import { memo, useState } from 'react'
import { classNames } from '../../_ui/class-names'
import type { Note } from '../state/document-store'
import { useEditor, useWorkflow } from '../state/editor-context'
import { itemOf } from '../state/selection-store'
import type { CanvasNode } from './flow-items'

/** A note: text on the canvas. Double-click writes; of several lines the first is the heading. */
export const NoteCard = memo(function NoteCard({ id: item, selected, width, height }: NodeProps<CanvasNode>) {
  const { id } = itemOf(item)
  const { commands } = useEditor()
  const note = useWorkflow(({ notes }) => notes.find((entry) => entry.id === id)) as Note | undefined
  const [writing, setWriting] = useState(false)
  if (!note) return null
  const text = typeof note.text === 'string' ? note.text : ''
  const [first, ...rest] = text.split('\n')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter opens it by keyboard
    <div
      className={classNames('card overflow-hidden px-3 py-2', selected && 'selected')}
      style={{ width, height }}
      onDoubleClick={() => setWriting(true)}
    >
      {writing || (text === '' && selected) ? (
        <textarea
          // biome-ignore lint/a11y/noAutofocus: writing was asked for
          autoFocus={writing}
          aria-label="Note"
          placeholder="Write a note"
          value={text}
          onChange={(event) => commands.setNote(id, { text: event.target.value }, { gesture: `note ${id}` })}
          onBlur={() => setWriting(false)}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
          className="nodrag nowheel focus-quiet size-full resize-none bg-transparent text-12"
        />
      ) : (
        <div className="whitespace-pre-wrap text-text-2">
          {rest.length > 0 ? (
            <b className="font-title text-text-1">{first}</b>
          ) : (
            first || <span className="text-text-3">Empty note</span>
          )}
          {rest.length > 0 && `\n${rest.join('\n')}`}
        </div>
      )}
      <NodeResizeControl
        position="bottom-right"
        minWidth={120}
        minHeight={48}
        className="box-resize nodrag"
        onResizeEnd={(_, box) =>
          commands.resizeItem(item, { x: box.x, y: box.y, w: box.width, h: box.height })
        }
      />
    </div>
  )
})
