'use client'
import { useEffect } from 'react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { WorkflowDocument } from '../../../nodes/core/document'
import { studioError, useTRPCClient } from '../../_lib/trpc'
import { showToast } from '../../_ui/toast'
import { paramsOf, sameValue } from '../inspector/param-schema'
import { useEditor } from '../state/editor-context'
import { isActive } from '../state/run-store'

type Params = Record<string, number | boolean | string>
type PlacedNode = WorkflowDocument['nodes'][string]

/** While a slider is dragged, a run hears of it this often. */
const EVERY_MS = 200

/** What is edited of the live params of nodes at work, by whatever way, goes to their run as well. */
export function FollowParams() {
  const { document, runs, definitions } = useEditor()
  const client = useTRPCClient()
  useEffect(() => {
    const waiting = new Map<string, Params>()
    const refused = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    // One after another, so that the last value is the one that holds.
    const sendInTurn = async () => {
      await send()
      timer = waiting.size > 0 ? setTimeout(sendInTurn, EVERY_MS) : undefined
    }
    const send = async () => {
      const { run } = runs.store.getState()
      const changes = [...waiting]
      waiting.clear()
      for (const [node, params] of changes) {
        if (!run) return
        await client.run.tune.mutate({ run: run.id, node, params }).catch((error) => {
          // Once: a slider would say it many times over.
          const known = `${run.id} ${node}`
          if (refused.has(known)) return
          refused.add(known)
          const { message, hint } = studioError(error)
          showToast({ message, hint, tone: 'warn' })
        })
      }
    }
    const stop = document.subscribe(({ nodes }, before) => {
      const { views, run } = runs.store.getState()
      if (nodes === before.nodes || !isActive(run)) return
      for (const [id, node] of Object.entries(nodes)) {
        const definition = definitions.get(node.type)
        if (node === before.nodes[id] || views[id]?.state !== 'running' || !definition) continue
        const changed = changesOf(definition, before.nodes[id], node)
        if (Object.keys(changed).length === 0) continue
        waiting.set(id, { ...waiting.get(id), ...changed })
        timer ??= setTimeout(sendInTurn, EVERY_MS)
      }
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [document, runs, definitions, client])
  return null
}

function changesOf(definition: CatalogEntry, before: PlacedNode | undefined, node: PlacedNode): Params {
  if (!before || definition.live.length === 0) return {}
  const usual = new Map(paramsOf(definition).map((param) => [param.key, param.default]))
  const value = ({ params }: PlacedNode, key: string) => params[key] ?? usual.get(key)
  const keys = definition.live.filter((key) => !sameValue(value(before, key), value(node, key)))
  return Object.fromEntries(keys.map((key) => [key, value(node, key) as Params[string]]))
}
