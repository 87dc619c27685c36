'use client'
import { RotateCcw } from 'lucide-react'
import { useMemo } from 'react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { Button } from '../../_ui/button'
import { Fold } from '../../_ui/fold'
import { useEditor, useWorkflow } from '../state/editor-context'
import { ParamRow } from './param-row'
import { commonParams, type ParamModel, sameValue } from './param-schema'

/** The params of one node, or those that several nodes share. */
export function SettingsTab({
  ids,
  definitions,
}: {
  ids: readonly string[]
  definitions: readonly CatalogEntry[]
}) {
  const params = useMemo(() => commonParams(definitions), [definitions])
  const usual = params.filter(({ advanced }) => !advanced)
  const advanced = params.filter((param) => param.advanced)
  const { commands } = useEditor()
  const anyChanged = useWorkflow(({ nodes }) =>
    params.some(({ key, default: usualValue }) =>
      ids.some((id) => usualValue !== undefined && nodes[id]?.params[key] !== undefined),
    ),
  )
  if (params.length === 0) {
    return (
      <p className="px-4 py-4 text-text-3">
        {ids.length > 1 ? 'These nodes have no setting in common.' : 'This node has no settings.'}
      </p>
    )
  }
  return (
    <div className="grid gap-1 px-4 py-3">
      {usual.map((param) => (
        <BoundParam key={param.key} param={param} ids={ids} />
      ))}
      {advanced.length > 0 && (
        <Fold label="Advanced" className="mt-1 pt-1">
          <div className="grid gap-1 pt-1">
            {advanced.map((param) => (
              <BoundParam key={param.key} param={param} ids={ids} />
            ))}
          </div>
        </Fold>
      )}
      {anyChanged && ids.length === 1 && (
        <Button
          kind="ghost"
          icon={RotateCcw}
          size="small"
          className="mt-1 justify-self-start"
          onClick={() =>
            commands.resetParams(
              ids[0],
              params.filter((param) => param.default !== undefined).map(({ key }) => key),
            )
          }
        >
          Reset all
        </Button>
      )}
    </div>
  )
}

/** Listens to one param of the chosen nodes only. */
export function BoundParam({ param, ids }: { param: ParamModel; ids: readonly string[] }) {
  const { commands } = useEditor()
  const value = useWorkflow(({ nodes }) => nodes[ids[0]]?.params[param.key])
  const mixed = useWorkflow(({ nodes }) =>
    ids.some((id) => !sameValue(nodes[id]?.params[param.key] ?? param.default, value ?? param.default)),
  )
  return (
    <ParamRow
      param={param}
      value={value}
      mixed={mixed}
      nodeIds={ids}
      onChange={(next, gesture) => {
        // The default is not written down: it may become a better one.
        const kept = next !== undefined && sameValue(next, param.default) ? undefined : next
        commands.setParams(ids, param.key, kept, { gesture })
      }}
    />
  )
}
