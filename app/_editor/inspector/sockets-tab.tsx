'use client'
import { Unlink } from 'lucide-react'
import { useStore } from 'zustand'
import type { End } from '../../../nodes/core/can-connect'
import { edgeKey } from '../../../nodes/core/live-document'
import type { SocketKind } from '../../../nodes/core/sockets'
import type { SocketType } from '../../../nodes/core/values'
import { IconButton } from '../../_ui/icon-button'
import { SocketSign } from '../../_ui/socket-sign'
import { useCanvas } from '../canvas/use-canvas-controls'
import { sayAllFacts } from '../card/say'
import type { CardModel } from '../card/use-card'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useSocketType } from '../state/use-socket-type'

/** What goes in and comes out, from where and to where, with all that is known of it. */
export function SocketsTab({ card }: { card: CardModel }) {
  const { id, definition } = card
  const editor = useEditor()
  const edges = useWorkflow((document) => document.edges)
  const nodes = useWorkflow((document) => document.nodes)
  const facts = useStore(editor.runs.store, ({ analysis }) => analysis?.facts)
  const title = (node: string) =>
    nodes[node]?.title ?? editor.definitions.get(nodes[node]?.type ?? '')?.title ?? node
  if (!definition)
    return <p className="px-4 py-4 text-text-3">The sockets of a missing type are not known.</p>
  return (
    <div className="grid gap-4 px-4 py-3">
      {Object.keys(definition.inputs).length > 0 && (
        <section>
          <h3 className="mb-1 font-title">In</h3>
          {Object.entries(definition.inputs).map(([name, socket]) => {
            const edge = edges.find(({ to }) => to[0] === id && to[1] === name)
            return (
              <Row key={name} end={[id, name]} side="input" socket={socket}>
                {edge ? (
                  <>
                    <Jump node={edge.from[0]} title={title(edge.from[0])} />
                    <p className="text-11 text-text-3">
                      {sayAllFacts(facts?.[edge.from[0]]?.[edge.from[1]])}
                    </p>
                    <IconButton
                      icon={Unlink}
                      size="small"
                      label={`Disconnect ${socket.label.toLowerCase()}`}
                      className="absolute! top-0 right-0"
                      onClick={() => editor.commands.disconnect(edgeKey(edge.to))}
                    />
                  </>
                ) : (
                  <p className={`text-11 ${socket.optional ? 'text-text-3' : 'text-warn'}`}>
                    {socket.optional ? 'Not connected; may stay so' : 'Needs a connection'}
                  </p>
                )}
              </Row>
            )
          })}
        </section>
      )}
      {Object.keys(definition.outputs).length > 0 && (
        <section>
          <h3 className="mb-1 font-title">Out</h3>
          {Object.entries(definition.outputs).map(([name, socket]) => {
            const readers = edges.filter(({ from }) => from[0] === id && from[1] === name)
            return (
              <Row key={name} end={[id, name]} side="output" socket={socket}>
                <p className="text-11 text-text-3">
                  {sayAllFacts(facts?.[id]?.[name]) || 'Nothing known before a run'}
                </p>
                {readers.map(({ to }) => (
                  <div key={edgeKey(to)}>
                    <Jump node={to[0]} title={title(to[0])} />
                  </div>
                ))}
              </Row>
            )
          })}
        </section>
      )}
    </div>
  )
}

function Row({
  end: [node, name],
  side,
  socket: { type, label, doc },
  children,
}: {
  end: End
  side: 'input' | 'output'
  socket: { type: SocketKind; label: string; doc: string }
  children: React.ReactNode
}) {
  const here = useSocketType(node, name, side)
  return (
    <div className="relative flex gap-2 border-line-1 border-b py-1.5 last:border-0">
      <span className="pt-px">
        <SocketSign type={here as SocketType} halo={false} label={here === 'any' ? 'any type' : here} />
      </span>
      <div className="min-w-0 flex-1 pr-7">
        <p className="font-strong">
          {label}
          {type === 'any' && (
            <span className="font-body text-text-3">
              {here === 'any' ? ' · any type' : ` · ${here} here`}
            </span>
          )}
        </p>
        {children}
        {doc && <p className="text-11 text-text-3">{doc}</p>}
      </div>
    </div>
  )
}

function Jump({ node, title }: { node: string; title: string }) {
  const controls = useCanvas((state) => state.controls)
  return (
    <button
      type="button"
      onClick={() => controls?.reveal(node)}
      className="rounded-1 text-11 text-text-2 underline hover:text-text-1"
    >
      {title}
    </button>
  )
}
