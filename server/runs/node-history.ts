import { migrateNodes, type WorkflowDocument } from '../../nodes/core/document'
import type { ErrorJson } from '../../nodes/core/errors'
import type { RunSnapshot } from '../../nodes/core/run-snapshot'
import type { ValueRef } from '../../nodes/core/value-ref'
import type { Services } from '../services'
import type { NodeRunsQuery } from './run-rows'
import type { KeptRun } from './run-shelf'

/** What a node gave, or failed with, in one run. */
export interface NodeResult {
  run: string
  /** Of the run. */
  number: number
  /** When the run ended. */
  at: number
  state: 'done' | 'failed'
  why: string
  seconds?: number
  device?: string
  error?: ErrorJson
  /** As the node had them, brought to the version of its definition. */
  params: Record<string, unknown>
  /** Artifact of a JPEG that shows its frames. */
  poster?: string
  /** Those of its outputs that are pictures of themselves, as far as they are still kept. */
  pictures: Record<string, ValueRef>
  /** The frames or the file are what the run delivered: they can be watched. */
  isDelivered: boolean
}

export interface NodeHistory {
  results: NodeResult[]
  /** Hand it in as `before` for the ones after these. */
  next?: number
}

type Needed = Pick<Services, 'runs' | 'registry' | 'data'>

/** What a node of a workflow has given in earlier runs, the newest first; read from what is kept of the runs. */
export async function nodeHistory(services: Needed, query: NodeRunsQuery): Promise<NodeHistory> {
  const { limit, node } = query
  const results: NodeResult[] = []
  let seen = 0
  let next: number | undefined
  for await (const { number, kept } of services.runs.withNode({ ...query, limit: limit + 1 })) {
    if (seen++ === limit) return { results, next }
    const result = kept && resultIn(services, kept, node)
    if (result) results.push(result)
    next = number
  }
  return { results }
}

function resultIn(
  { registry, data }: Needed,
  { snapshot, document }: KeptRun,
  id: string,
): NodeResult | undefined {
  const { summary, nodes } = snapshot
  const ran = nodes[id]
  const placed = document.nodes[id]
  if (!ran || !placed) return undefined
  const { params } = migrateNodes({ ...document, nodes: { [id]: placed } }, registry).nodes[id]
  const isDelivered = delivers(snapshot, document, id)
  const { poster } = summary
  return {
    run: summary.id,
    number: summary.number,
    at: summary.endedAt ?? summary.createdAt,
    state: ran.state === 'failed' ? 'failed' : 'done',
    why: ran.why,
    seconds: ran.seconds,
    device: ran.device,
    error: ran.error,
    params,
    poster: isDelivered && poster && data.blobs.has(poster) ? poster : undefined,
    pictures: Object.fromEntries(
      Object.entries(ran.outputs).filter(([, ref]) => isPicture(ref) && isKept(ref, data.blobs)),
    ),
    isDelivered,
  }
}

/** Whether the file that shows a run is of this node, or of its frames. */
function delivers({ summary, nodes }: RunSnapshot, { edges }: WorkflowDocument, id: string): boolean {
  const [file] = summary.files
  if (!file) return false
  return (
    file.node === id ||
    edges.some(
      ({ from, to }) => to[0] === file.node && from[0] === id && nodes[id].outputs[from[1]]?.type === 'video',
    )
  )
}

const isPicture = ({ type }: ValueRef) => type === 'image' || type === 'pose' || type === 'mask'

const isKept = (ref: ValueRef, blobs: Services['data']['blobs']) =>
  'blobs' in ref && Object.values(ref.blobs).every(({ sha256 }) => blobs.has(sha256))
