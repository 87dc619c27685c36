import type { CatalogEntry } from '../../nodes/core/catalog'
import type { WorkflowDocument } from '../../nodes/core/document'
import { classNames } from '../_ui/class-names'
import { NodeFacts } from './node-facts'

/** The workflow as headings and lists, in the order in which things are made. */
export function SharedList({
  document,
  definitionOf,
  assetName,
  className,
}: {
  document: WorkflowDocument
  definitionOf: (type: string) => CatalogEntry | undefined
  assetName: (id: string) => string | undefined
  className?: string
}) {
  return (
    <ol
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it can have the focus
      tabIndex={0}
      aria-label="Nodes and their settings"
      className={classNames('grid content-start', className)}
    >
      {flowOrder(document).map((id) => (
        <li key={id} className="border-b border-line-1 px-6 py-4 max-sm:px-4">
          <h3 className="mb-1 font-title text-13">
            {document.nodes[id].title ??
              definitionOf(document.nodes[id].type)?.title ??
              document.nodes[id].type}
          </h3>
          <div className="max-w-[60ch]">
            <NodeFacts nodeId={id} {...{ document, definitionOf, assetName }} />
          </div>
        </li>
      ))}
    </ol>
  )
}

/** Every node after those it takes from; what belongs to a circle comes last. */
function flowOrder({ nodes, edges }: WorkflowDocument): string[] {
  const order: string[] = []
  const waiting = new Set(Object.keys(nodes))
  while (waiting.size > 0) {
    const ready = [...waiting].filter(
      (id) => !edges.some(({ from, to }) => to[0] === id && waiting.has(from[0])),
    )
    const next = ready.length > 0 ? ready : [...waiting]
    for (const id of next) waiting.delete(id)
    order.push(...next)
  }
  return order
}
