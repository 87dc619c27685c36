'use client'
import { useMemo } from 'react'
import { useAssets } from '../panels/use-assets'
import { useWorkflow } from '../state/editor-context'
import { type FormInput, isBeside, posesOf } from './form-inputs'

/** The poses that were made for the picture they go with: nobody has to look at them until the picture is another. */
export function useSettledPoses(inputs: readonly FormInput[]): ReadonlySet<string> {
  const { byId } = useAssets()
  const edges = useWorkflow((document) => document.edges)
  const files = useWorkflow(({ nodes }) =>
    JSON.stringify(inputs.map(({ node, param }) => [node, nodes[node]?.params[param.key] ?? null])),
  )
  return useMemo(() => {
    const chosen = new Map<string, string>(JSON.parse(files))
    const nameOf = (node: string) => byId.get(chosen.get(node) ?? '')?.name ?? ''
    const pictures = inputs.filter(({ kind }) => kind === 'image')
    return new Set(
      pictures.flatMap((picture) =>
        posesOf({ edges }, inputs, picture.node).filter((pose) =>
          isBeside(nameOf(pose), nameOf(picture.node)),
        ),
      ),
    )
  }, [files, edges, inputs, byId])
}
