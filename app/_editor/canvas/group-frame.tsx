'use client'
import { type NodeProps, NodeResizeControl } from '@xyflow/react'
import { memo, useState } from 'react'
import { classNames } from '../../_ui/class-names'
import type { Group, GroupColour } from '../state/document-store'
import { useEditor, useWorkflow } from '../state/editor-context'
import { itemOf } from '../state/selection-store'
import type { CanvasNode } from './flow-items'

export const GROUP_INK: Record<GroupColour, string> = {
  grey: 'var(--line-3)',
  yellow: 'var(--sock-image)',
  green: 'var(--sock-speech)',
  pink: 'var(--sock-pose)',
  violet: 'var(--sock-mask)',
  orange: 'var(--sock-video)',
}

/** A frame around nodes. Its title moves it and what lies in it; double-click renames. */
export const GroupFrame = memo(function GroupFrame({
  id: item,
  selected,
  width,
  height,
}: NodeProps<CanvasNode>) {
  const { id } = itemOf(item)
  const { commands } = useEditor()
  const group = useWorkflow(({ groups }) => groups.find((entry) => entry.id === id)) as Group | undefined
  const [draft, setDraft] = useState<string | null>(null)
  if (!group) return null
  const ink = GROUP_INK[group.colour] ?? GROUP_INK.grey
  const commit = () => {
    if (draft !== null && draft !== group.title) commands.setGroup(id, { title: draft.trim().slice(0, 200) })
    setDraft(null)
  }
  return (
    <div
      className={classNames('rounded-4', selected && 'outline-2')}
      style={{
        width,
        height,
        background: `color-mix(in srgb, ${ink} 7%, transparent)`,
        outline: selected
          ? '2px solid var(--accent)'
          : `1px solid color-mix(in srgb, ${ink} 40%, transparent)`,
        outlineOffset: -1,
      }}
    >
      <div className="group-title pointer-events-auto flex h-8 w-fit min-w-16 max-w-full items-center px-3 font-title text-13 text-text-2">
        {draft === null ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: Enter renames by keyboard
          <span className="truncate" onDoubleClick={() => setDraft(group.title)}>
            {group.title || 'Group'}
          </span>
        ) : (
          <input
            // biome-ignore lint/a11y/noAutofocus: it was asked for by a double-click
            autoFocus
            aria-label="Title of the group"
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onBlur={commit}
            onKeyDown={(event) => {
              event.stopPropagation()
              if (event.key === 'Enter') commit()
              if (event.key === 'Escape') setDraft(null)
            }}
            className="nodrag focus-quiet rounded-1 bg-field px-1 inset-line-accent"
          />
        )}
      </div>
      <NodeResizeControl
        position="bottom-right"
        minWidth={120}
        minHeight={80}
        className="box-resize nodrag"
        onResizeEnd={(_, box) =>
          commands.resizeItem(item, { x: box.x, y: box.y, w: box.width, h: box.height })
        }
      />
    </div>
  )
})
