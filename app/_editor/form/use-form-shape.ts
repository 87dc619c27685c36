'use client'
import { useMemo } from 'react'
import { useEditor, useWorkflow } from '../state/editor-context'
import { deliveringNodes, formFields, formGroups } from './form-fields'
import { formInputs } from './form-inputs'

/** What of the workflow decides what its form has; values of params do not. */
function useShape() {
  const { document } = useEditor()
  const nodes = useWorkflow((state) =>
    JSON.stringify(Object.entries(state.nodes).map(([id, { type, title, mode }]) => [id, type, title, mode])),
  )
  const edges = useWorkflow((state) => state.edges)
  const form = useWorkflow((state) => state.form)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the document is read anew when one of these is another
  return useMemo(() => document.getState(), [document, nodes, edges, form])
}

export function useFormInputs() {
  const { definitions } = useEditor()
  const shape = useShape()
  return useMemo(() => formInputs(shape, definitions.get), [shape, definitions])
}

/** The first picture among them, and what it is to the nodes that read it. */
export function usePortrait(): { label: string | undefined; asset: string | undefined } {
  const picture = useFormInputs().find(({ kind }) => kind === 'image')
  const asset = useWorkflow(({ nodes }) => picture && nodes[picture.node]?.params[picture.param.key])
  return { label: picture?.label, asset: typeof asset === 'string' ? asset : undefined }
}

export function useFormFields() {
  const { definitions } = useEditor()
  const shape = useShape()
  return useMemo(
    () => ({ ...formFields(shape, definitions.get), all: formGroups(shape, definitions.get) }),
    [shape, definitions],
  )
}

/** Whether a run gives a file, to be watched and taken along. */
export function useDelivers(): boolean {
  const { definitions } = useEditor()
  const shape = useShape()
  return useMemo(() => deliveringNodes(shape, definitions.get).length > 0, [shape, definitions])
}
