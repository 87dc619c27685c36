'use client'
import { Unlink } from 'lucide-react'
import { useStore } from 'zustand'
import type { End } from '../../../nodes/core/can-connect'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { edgeKey } from '../../../nodes/core/live-document'
import type { SocketType } from '../../../nodes/core/values'
import { IconButton } from '../../_ui/icon-button'
import { SocketSign } from '../../_ui/socket-sign'
import { useCanvas } from '../canvas/use-canvas-controls'
import { sayAllFacts } from '../card/say'
import type { CardModel } from '../card/use-card'
import type { Edge } from '../state/document-store'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useSocketType } from '../state/use-socket-type'

type Side = 'inputs' | 'outputs'
type Socket = CatalogEntry[Side][string] & { optional?: boolean }

const SIDES: Record<Side, { title: string; empty: string; end: 'from' | 'to' }> = {
  inputs: { title: 'In', empty: 'Nothing goes in: this node is where something begins.', end: 'to' },
  outputs: { title: 'Out', empty: 'Nothing comes out: this node is where something ends.', end: 'from' },
}

/** What goes in and comes out, from where and to where, with all that is known of it. */
export function SocketsTab({ card: { id, definition } }: { card: CardModel }) {
  if (!definition) return null
  return (
    <div className="grid gap-4 px-4 py-3">
      <Sockets id={id} side="inputs" sockets={definition.inputs} />
      <Sockets id={id} side="outputs" sockets={definition.outputs} />
    </div>
  )
}

interface SocketsProps {
  /** Of the node. */
  id: string
  side: Side
  sockets: Readonly<Record<string, Socket>>
}

function Sockets({ id, side, sockets }: SocketsProps) {
  const edges = useWorkflow((document) => document.edges)
  const { title, empty, end } = SIDES[side]
  const all = Object.entries(sockets)
  return (
    <section aria-label={title}>
      <h3 className="mb-1 font-title">{title}</h3>
      {all.length === 0 && <p className="text-text-3">{empty}</p>}
      <ul>
        {all.map(([name, socket]) => (
          <SocketRow
            key={name}
            end={[id, name]}
            side={side}
            socket={socket}
            edges={edges.filter(({ [end]: [node, at] }) => node === id && at === name)}
          />
        ))}
      </ul>
    </section>
  )
}

interface SocketRowProps {
  end: End
  side: Side
  socket: Socket
  edges: readonly Edge[]
}

function SocketRow({ end: [node, name], side, socket, edges }: SocketRowProps) {
  const { runs } = useEditor()
  const { type, label, doc, optional } = socket
  const here = useSocketType(node, name, side === 'inputs' ? 'input' : 'output')
  const [source, output] = side === 'outputs' ? [node, name] : (edges[0]?.from ?? ['', ''])
  const facts = useStore(runs.store, ({ analysis }) => analysis?.facts[source]?.[output])
  const said = sayAllFacts(facts)
  return (
    // Keeps the keyboard's place when the last of its edges goes.
    <li tabIndex={-1} className="border-line-1 border-b py-2 last:border-0">
      <p className="flex items-center gap-2">
        <SocketSign type={here as SocketType} halo={false} />
        <span className="font-strong">{label}</span>
        <span className="text-11 text-text-3">
          {here === 'any' ? 'any type' : type === 'any' ? `${here} here` : here}
        </span>
      </p>
      <div className="pl-5.5">
        {(said || edges.length > 0 || side === 'outputs') && (
          <p className="text-11 text-text-2 tabular-nums">{said || 'Nothing is known of it before a run'}</p>
        )}
        {edges.map((edge) => (
          <Connection key={edgeKey(edge.to)} edge={edge} other={side === 'inputs' ? edge.from : edge.to} />
        ))}
        {edges.length === 0 && <Unconnected side={side} optional={optional === true} />}
        {doc && <p className="text-11 text-text-3">{doc}</p>}
      </div>
    </li>
  )
}

function Unconnected({ side, optional }: { side: Side; optional: boolean }) {
  if (side === 'inputs' && !optional) return <p className="text-11 text-warn">Needs a connection</p>
  return (
    <p className="text-11 text-text-3">
      {side === 'inputs' ? 'Not connected; may stay so' : 'Nothing reads it'}
    </p>
  )
}

/** The other end of an edge: a click goes there. */
function Connection({ edge, other: [node, socket] }: { edge: Edge; other: End }) {
  const { commands, definitions } = useEditor()
  const controls = useCanvas((state) => state.controls)
  const there = useWorkflow(({ nodes }) => nodes[node])
  const definition = definitions.get(there?.type ?? '')
  const title = there?.title ?? definition?.title ?? node
  const label = (definition?.inputs[socket] ?? definition?.outputs[socket])?.label ?? socket
  return (
    <p className="flex items-center">
      <button
        type="button"
        onClick={() => controls?.reveal(node)}
        className="-ml-1.5 min-h-6 min-w-0 flex-1 truncate rounded-1 px-1.5 text-left text-text-2 hover:bg-hover hover:text-text-1"
      >
        <span className="underline decoration-line-3 underline-offset-2">{title}</span>
        <span className="text-text-3"> · {label.toLowerCase()}</span>
      </button>
      <IconButton
        icon={Unlink}
        size="small"
        label={`Disconnect ${title}`}
        onClick={(event) => {
          event.currentTarget.closest('li')?.focus()
          commands.disconnect(edgeKey(edge.to))
        }}
      />
    </p>
  )
}
