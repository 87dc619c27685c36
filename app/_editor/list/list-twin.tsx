'use client'
import { Crosshair, Plus, Trash2, Unlink } from 'lucide-react'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { edgeKey } from '../../../nodes/core/live-document'
import { Button } from '../../_ui/button'
import { IconButton } from '../../_ui/icon-button'
import { Select } from '../../_ui/select'
import { useCanvasView } from '../canvas/canvas-view'
import { verdictFor } from '../canvas/connecting'
import { useCanvas } from '../canvas/use-canvas-controls'
import { nodeIcon } from '../card/node-icons'
import { sayAllFacts } from '../card/say'
import { useCard } from '../card/use-card'
import { SettingsTab } from '../inspector/settings-tab'
import { useEditor, useWorkflow } from '../state/editor-context'
import { flowOrder } from '../state/flow-order'
import { select } from '../state/selection-store'
import { showAs } from '../state/shown-as'

/** The same workflow as headings and lists: every node, socket, value and edge, all of it editable. */
export function ListTwin() {
  const nodes = useWorkflow((document) => document.nodes)
  const edges = useWorkflow((document) => document.edges)
  const order = useMemo(() => flowOrder(nodes, edges), [nodes, edges])
  const add = () =>
    useCanvasView.setState({
      palette: {
        at: { x: innerWidth / 2 - 164, y: 120 },
        place: useCanvas.getState().controls?.centre() ?? { x: 0, y: 0 },
      },
    })
  return (
    <div className="absolute inset-0 z-(--z-canvas-hud) overflow-y-auto bg-canvas">
      <div className="mx-auto grid max-w-[720px] gap-3 px-6 py-6">
        <header className="flex items-center gap-3">
          <h2 className="flex-1 font-title text-15">
            {order.length} {order.length === 1 ? 'node' : 'nodes'} in the order of the data
          </h2>
          <Button icon={Plus} onClick={add}>
            Add a node
          </Button>
        </header>
        {order.map((id) => (
          <ListedNode key={id} id={id} />
        ))}
      </div>
    </div>
  )
}

function ListedNode({ id }: { id: string }) {
  const card = useCard(id)
  const editor = useEditor()
  const controls = useCanvas((state) => state.controls)
  const definitions = useMemo(() => (card?.definition ? [card.definition] : []), [card?.definition])
  const ids = useMemo(() => [id], [id])
  if (!card) return null
  const { definition, run, title, node } = card
  const Icon = nodeIcon(node.type)
  const show = () => {
    showAs(editor.workflowId, 'graph')
    requestAnimationFrame(() => controls?.reveal(id))
  }
  return (
    <section aria-label={title} className="rounded-3 bg-panel outline outline-line-1 -outline-offset-1">
      <header className="flex items-center gap-2 border-line-1 border-b py-2 pr-2 pl-4">
        <Icon size={16} strokeWidth={1.75} className="text-text-2" aria-hidden />
        <h3 className="min-w-0 flex-1 truncate font-title text-13">{title}</h3>
        <span className="text-11 text-text-3">
          {node.mode === 'on'
            ? run.problem?.message || sayState(run.state, run.why)
            : node.mode === 'mute'
              ? 'Muted'
              : 'Bypassed'}
        </span>
        <IconButton icon={Crosshair} size="small" label={`Show ${title} in the graph`} onClick={show} />
        <IconButton
          icon={Trash2}
          size="small"
          label={`Delete ${title}`}
          onClick={() => {
            select(editor.selection, {})
            editor.commands.remove([id])
          }}
        />
      </header>
      {definition && (
        <div className="grid gap-1 px-4 pt-3">
          {Object.entries(definition.inputs).map(([name, socket]) => (
            <ListedInput key={name} id={id} name={name} label={socket.label} optional={socket.optional} />
          ))}
          {Object.entries(definition.outputs).map(([name, socket]) => (
            <p key={name} className="text-11 text-text-3">
              Gives {socket.label.toLowerCase()} ({socket.type}) {sayAllFacts(run.facts[name])}
            </p>
          ))}
        </div>
      )}
      <SettingsTab ids={ids} definitions={definitions} />
    </section>
  )
}

const NOTHING = ''

/** An input as a choice among everything that fits it. */
function ListedInput({
  id,
  name,
  label,
  optional,
}: {
  id: string
  name: string
  label: string
  optional: boolean
}) {
  const editor = useEditor()
  const nodes = useWorkflow((document) => document.nodes)
  const edges = useWorkflow((document) => document.edges)
  const analysis = useStore(editor.runs.store, (state) => state.analysis)
  const edge = edges.find(({ to }) => to[0] === id && to[1] === name)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what fits follows from edges and facts
  const options = useMemo(
    () =>
      Object.entries(nodes).flatMap(([other, node]) => {
        const definition = editor.definitions.get(node.type)
        return Object.entries(definition?.outputs ?? {}).flatMap(([output, socket]) =>
          verdictFor(editor, [other, output], [id, name]).ok
            ? [
                {
                  value: `${other}.${output}`,
                  label: `${node.title ?? definition?.title ?? other} · ${socket.label}`,
                },
              ]
            : [],
        )
      }),
    [editor, nodes, edges, analysis, id, name],
  )
  return (
    <div className="grid min-h-7 grid-cols-[160px_minmax(0,1fr)_28px] items-center gap-2">
      <span className="text-text-2">
        {label} {!optional && !edge && <span className="text-warn">needed</span>}
      </span>
      <Select
        label={`${label} comes from`}
        value={edge ? edge.from.join('.') : NOTHING}
        placeholder={options.length === 0 ? 'Nothing here fits' : 'Not connected'}
        disabled={options.length === 0 && !edge}
        options={options}
        onChange={(value) => {
          const at = value.indexOf('.')
          editor.commands.connect([value.slice(0, at), value.slice(at + 1)], [id, name])
        }}
      />
      {edge && (
        <IconButton
          icon={Unlink}
          size="small"
          label={`Disconnect ${label.toLowerCase()}`}
          onClick={() => editor.commands.disconnect(edgeKey(edge.to))}
        />
      )}
    </div>
  )
}

function sayState(state: string, why: string): string {
  if (state === 'idle') return why ? `Will run: ${why}` : 'Idle'
  if (state === 'cached') return 'Up to date'
  if (state === 'asking') return 'Waiting for you'
  if (state === 'not-needed') return 'Not needed'
  return state.charAt(0).toUpperCase() + state.slice(1)
}
