'use client'
import type { End } from '../../../nodes/core/can-connect'
import { CommandPalette, type PaletteGroup } from '../../_ui/command-palette'
import { useCanvasView } from '../canvas/canvas-view'
import { verdictFor } from '../canvas/connecting'
import { nodeIcon } from '../card/node-icons'
import { type Editor, useEditor } from '../state/editor-context'

/** Connecting by keyboard: every socket of the chosen node with everything that fits it. */
export function ConnectList() {
  const editor = useEditor()
  const from = useCanvasView((view) => view.connectFrom)
  if (!from) return null
  const close = () => useCanvasView.setState({ connectFrom: undefined })
  return (
    <CommandPalette
      open
      onOpenChange={(open) => !open && close()}
      groups={connections(editor, from)}
      placeholder="Connect to"
      empty="Nothing here fits. Add a node that takes this with /."
    />
  )
}

function connections(editor: Editor, id: string): PaletteGroup[] {
  const { nodes, edges } = editor.document.getState()
  const own = editor.definitions.get(nodes[id]?.type ?? '')
  if (!own) return []
  const others = Object.entries(nodes).filter(([other]) => other !== id)
  const row = (from: End, to: End, other: string, label: string) => {
    const definition = editor.definitions.get(nodes[other].type)
    const current = edges.find((edge) => edge.to[0] === to[0] && edge.to[1] === to[1])
    const here = current?.from[0] === from[0] && current.from[1] === from[1]
    return {
      id: `${from.join('.')} ${to.join('.')}`,
      label: `${nodes[other].title ?? definition?.title ?? other} · ${label}`,
      icon: nodeIcon(nodes[other].type),
      hint: here ? 'connected' : current ? 'replaces an edge' : undefined,
      onSelect: () => editor.commands.connect(from, to),
    }
  }
  const outputs = Object.entries(own.outputs).map(
    ([name, output]): PaletteGroup => ({
      heading: `${output.label} goes to`,
      items: others.flatMap(([other, node]) =>
        Object.entries(editor.definitions.get(node.type)?.inputs ?? {}).flatMap(([input, { label }]) =>
          verdictFor(editor, [id, name], [other, input]).ok
            ? [row([id, name], [other, input], other, label)]
            : [],
        ),
      ),
    }),
  )
  const inputs = Object.entries(own.inputs).map(
    ([name, input]): PaletteGroup => ({
      heading: `${input.label} comes from`,
      items: others.flatMap(([other, node]) =>
        Object.entries(editor.definitions.get(node.type)?.outputs ?? {}).flatMap(([output, { label }]) =>
          verdictFor(editor, [other, output], [id, name]).ok
            ? [row([other, output], [id, name], other, label)]
            : [],
        ),
      ),
    }),
  )
  return [...outputs, ...inputs]
}
