'use client'
import { MoreHorizontal, Pin, PinOff } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { IconButton } from '../../_ui/icon-button'
import { Tabs } from '../../_ui/tabs'
import { useCanvasView } from '../canvas/canvas-view'
import { nodeIcon } from '../card/node-icons'
import { useCard } from '../card/use-card'
import { LiveNote } from '../live/live-note'
import { useEditor, useSelection, useWorkflow } from '../state/editor-context'
import { useKeymap } from '../state/keymap'
import { itemOf } from '../state/selection-store'
import { AboutTab } from './about-tab'
import { EarlierResults, givesVideo } from './earlier-results'
import { HistoryTab } from './history-tab'
import { NotesTab } from './notes-tab'
import { EdgeInspector, GroupInspector, NoteInspector } from './other-inspectors'
import { togglePin, usePinned } from './pin-store'
import { RunBanner } from './run-banner'
import { SettingsTab } from './settings-tab'
import { SocketsTab } from './sockets-tab'
import { openTab, type TabName, useTab } from './tab-store'
import { WorkflowInspector } from './workflow-inspector'

/** What is chosen, in full. */
export function Inspector() {
  const items = useSelection((selection) => selection.items)
  const edges = useSelection((selection) => selection.edges)
  const pinned = usePinned()
  const chosen = items.map(itemOf)
  const nodes = chosen.flatMap(({ kind, id }) => (kind === 'node' ? [id] : []))
  let content = <WorkflowInspector />
  if (pinned !== undefined) content = <NodeInspector key={pinned} id={pinned} />
  else if (nodes.length === 1 && items.length === 1) content = <NodeInspector key={nodes[0]} id={nodes[0]} />
  else if (nodes.length > 1) content = <ManyInspector ids={nodes} />
  else if (chosen[0]?.kind === 'note') content = <NoteInspector key={chosen[0].id} id={chosen[0].id} />
  else if (chosen[0]?.kind === 'group') content = <GroupInspector key={chosen[0].id} id={chosen[0].id} />
  else if (edges.length === 1) content = <EdgeInspector edge={edges[0]} />
  return content
}

function NodeInspector({ id }: { id: string }) {
  const card = useCard(id)
  const tab = useTab()
  const definitions = useMemo(() => (card?.definition ? [card.definition] : []), [card?.definition])
  const ids = useMemo(() => [id], [id])
  if (!card) return <WorkflowInspector />
  const { definition, run, title } = card
  return (
    <div className="flex h-full min-h-0 flex-col">
      <NodeHeading id={id} title={title} type={card.node.type} />
      {definition ? (
        <Tabs<TabName>
          label="About the node"
          value={tab}
          onChange={openTab}
          className="min-h-0 flex-1"
          below={
            <>
              <RunBanner id={id} run={run} title={title} />
              <LiveNote id={id} run={run} definition={definition} />
            </>
          }
          tabs={[
            {
              value: 'settings',
              label: 'Settings',
              content: (
                <>
                  <SettingsTab ids={ids} definitions={definitions} />
                  {givesVideo(definition) && <EarlierResults id={id} definition={definition} />}
                </>
              ),
            },
            { value: 'sockets', label: 'Sockets', content: <SocketsTab card={card} /> },
            { value: 'history', label: 'History', content: <HistoryTab card={card} /> },
            {
              value: 'notes',
              label: 'Notes',
              mark: card.node.note ? 'there is one' : undefined,
              content: <NotesTab card={card} />,
            },
            { value: 'about', label: 'About', content: <AboutTab definition={definition} /> },
          ]}
        />
      ) : (
        <>
          <RunBanner id={id} run={run} title={title} />
          <p className="px-4 py-3 text-text-2">
            This studio has no node type <code className="font-mono text-11">{card.node.type}</code>. The
            node, its settings and its edges are kept. Update MMGT Studio, or replace it.
          </p>
        </>
      )}
    </div>
  )
}

function NodeHeading({ id, title, type }: { id: string; title: string; type: string }) {
  const editor = useEditor()
  const { commands, document, definitions } = editor
  const keymap = useKeymap()
  const isPinned = usePinned() === id
  const [draft, setDraft] = useState<string | null>(null)
  const Icon = nodeIcon(type)
  const commit = () => {
    if (draft !== null && draft !== title) {
      const own = definitions.get(type)?.title
      commands.setTitle(id, draft.trim() === own ? '' : draft)
    }
    setDraft(null)
  }
  return (
    <header className="flex flex-none items-center gap-1 px-4 pt-3 pb-2 max-xl:pr-9">
      <span className="mr-1.5 grid size-7 flex-none place-items-center rounded-2 bg-hover text-text-2">
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </span>
      <h2 className="min-w-0 flex-1 font-title text-13">
        <input
          aria-label="Title of the node"
          value={draft ?? title}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur()
            if (event.key === 'Escape') setDraft(null)
          }}
          className="focus-quiet -ml-1 w-full truncate rounded-1 bg-transparent px-1 py-0.5 hover:inset-line focus:bg-field focus:inset-line-accent"
        />
      </h2>
      <IconButton
        icon={isPinned ? PinOff : Pin}
        label={isPinned ? 'Follow the selection again' : 'Keep the inspector on this node'}
        keys={keymap.shown('pin')}
        on={isPinned}
        onClick={() => togglePin(editor, id)}
      />
      <IconButton
        icon={MoreHorizontal}
        label={`More about ${title}`}
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect()
          const place = document.getState().layout[id] ?? { x: 0, y: 0 }
          useCanvasView.setState({ menu: { at: { x: left, y: bottom }, place, kind: 'items' } })
        }}
      />
    </header>
  )
}

function ManyInspector({ ids }: { ids: readonly string[] }) {
  const { definitions } = useEditor()
  const types = useWorkflow(({ nodes }) => ids.map((id) => nodes[id]?.type ?? '').join('\n'))
  const entries = useMemo(
    () =>
      types
        .split('\n')
        .map((type) => definitions.get(type))
        .filter((entry): entry is CatalogEntry => entry !== undefined),
    [types, definitions],
  )
  return (
    <div className="flex h-full min-h-0 flex-col overflow-y-auto">
      <h2 className="px-4 pt-4 pb-2 font-title text-13">{ids.length} nodes</h2>
      <SettingsTab ids={ids} definitions={entries} />
    </div>
  )
}
