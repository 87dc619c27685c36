'use client'
import { Search } from 'lucide-react'
import { useState } from 'react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { fits } from '../../../nodes/core/graph'
import type { SocketType } from '../../../nodes/core/values'
import { classNames } from '../../_ui/class-names'
import { SocketSign } from '../../_ui/socket-sign'
import { TextField } from '../../_ui/text-field'
import { useConnecting } from '../canvas/connecting'
import { useCanvas } from '../canvas/use-canvas-controls'
import { DRAGGED_NODE } from '../canvas/use-canvas-drops'
import { categoryTitle, nodeIcon } from '../card/node-icons'
import { useEditor } from '../state/editor-context'

/** Every node there is; drag one onto the canvas or an edge, or press it. */
export function NodesPanel() {
  const { definitions } = useEditor()
  const [search, setSearch] = useState('')
  const held = useConnecting((state) => state.from)
  const needle = search.trim().toLowerCase()
  const found = definitions
    .all()
    .filter(({ title, id, summary }) => `${title} ${id} ${summary}`.toLowerCase().includes(needle))
  const categories = [...new Set(found.map(({ category }) => category))]
  const isFitting = (entry: CatalogEntry) =>
    !held ||
    Object.values(held.side === 'output' ? entry.inputs : entry.outputs).some(({ type }) =>
      held.side === 'output' ? fits(held.type, type) : fits(type, held.type),
    )
  return (
    <div className="flex h-full flex-col">
      <div className="flex-none px-3 pb-2">
        <TextField
          icon={Search}
          label="Search nodes"
          placeholder="Search"
          value={search}
          onChange={setSearch}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3">
        {categories.map((category) => (
          <section key={category} className="mb-2">
            <h3 className="px-2 pt-1 pb-0.5 font-title text-11 text-text-3">{categoryTitle(category)}</h3>
            {found
              .filter((entry) => entry.category === category)
              .map((entry) => (
                <NodeRow key={entry.id} entry={entry} dim={!isFitting(entry)} />
              ))}
          </section>
        ))}
        {found.length === 0 && <p className="px-2 py-2 text-text-3">Nothing fits. Try fewer letters.</p>}
      </div>
    </div>
  )
}

function NodeRow({ entry, dim }: { entry: CatalogEntry; dim: boolean }) {
  const { commands } = useEditor()
  const controls = useCanvas((state) => state.controls)
  const Icon = nodeIcon(entry.id)
  const [output] = Object.values(entry.outputs)
  return (
    <button
      type="button"
      draggable
      title={entry.summary}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED_NODE, JSON.stringify({ type: entry.id }))
        event.dataTransfer.effectAllowed = 'copy'
      }}
      onClick={() => controls && void commands.addNode(entry.id, controls.centre())}
      className={classNames(
        'flex h-7 w-full items-center gap-2.5 rounded-2 px-2 text-left hover:bg-hover active:bg-active',
        dim && 'text-text-off',
      )}
    >
      <Icon size={14} strokeWidth={1.75} className="flex-none text-text-2" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{entry.title}</span>
      {output && (
        <SocketSign type={output.type as SocketType} size={12} halo={false} label={`gives ${output.label}`} />
      )}
    </button>
  )
}
