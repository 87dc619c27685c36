import type { CatalogEntry } from '../../nodes/core/catalog'
import type { WorkflowDocument } from '../../nodes/core/document'
import { SocketSign } from '../_ui/socket-sign'
import { paramLines } from './param-text'

/** A node as words: what it is for, its settings, and where its inputs come from. */
export function NodeFacts({
  nodeId,
  document,
  definitionOf,
  assetName,
}: {
  nodeId: string
  document: WorkflowDocument
  definitionOf: (type: string) => CatalogEntry | undefined
  assetName: (id: string) => string | undefined
}) {
  const node = document.nodes[nodeId]
  const definition = definitionOf(node.type)
  const nameOf = (id: string) =>
    document.nodes[id].title ?? definitionOf(document.nodes[id].type)?.title ?? document.nodes[id].type
  if (!definition) {
    return (
      <p className="text-text-2">
        This studio does not know the node type <span className="font-mono">{node.type}</span>. A fork keeps
        it.
      </p>
    )
  }
  const lines = paramLines(definition, node.params, assetName)
  const inputs = document.edges.filter(({ to }) => to[0] === nodeId && definition.inputs[to[1]])
  return (
    <div className="grid gap-4">
      <p className="text-text-2">{definition.summary}</p>
      {inputs.length > 0 && (
        <dl className="grid gap-1">
          {inputs.map(({ from, to }) => (
            <div key={to[1]} className="flex items-center gap-2">
              <dt className="flex items-center gap-1.5 text-text-2">
                <SocketSign type={definition.inputs[to[1]].type} size={12} halo={false} />
                {definition.inputs[to[1]].label}
              </dt>
              <dd className="ml-auto truncate text-text-3">from {nameOf(from[0])}</dd>
            </div>
          ))}
        </dl>
      )}
      {lines.length > 0 && (
        <dl className="grid gap-1 border-t border-line-1 pt-3">
          {lines.map(({ label, text, changed }) => (
            <div key={label} className="flex min-h-5 items-baseline gap-3">
              <dt className="flex items-center gap-1.5 text-text-2">
                {label}
                {changed && (
                  <>
                    <span className="size-[5px] rounded-full bg-accent" aria-hidden />
                    <span className="sr-only">changed</span>
                  </>
                )}
              </dt>
              <dd className="ml-auto min-w-0 truncate text-right font-mono text-text-1">{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
