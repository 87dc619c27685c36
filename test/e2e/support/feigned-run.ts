/**
 * Events of a run as the studio sends them, without the work: a script for a page, that takes the place of its socket's
 * other end for one run. Ten nodes that stream cost the page what they always do, and nothing beside it.
 */
export interface FeignedRun {
  /** Begins a run of a workflow in which these nodes are at work, all at once. */
  start(workflow: string, nodes: string[]): void
  /** Each node is a little further, and shows another picture. */
  progress(fraction: number): void
}

declare global {
  interface Window {
    feigned: FeignedRun
  }
}

const RUN = 'feigned'
const FIRST_ACK = 9_000_000 // of previews; the studio never comes that far
let socket: WebSocket | undefined
let nodes: string[] = []
let events: object[] = []
let acks = 0
const receive = (data: string | ArrayBuffer) => socket?.dispatchEvent(new MessageEvent('message', { data }))
const say = (body: object) => {
  const event = { run: RUN, seq: events.length + 1, at: Date.now(), ...body }
  events.push(event)
  return event
}

window.WebSocket = class extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args)
    socket = this
  }
  override send(data: Parameters<WebSocket['send']>[0]) {
    const text = typeof data === 'string' ? data : ''
    const join = new RegExp(`^42(\\d+)\\["run\\.join",.*"run":"${RUN}"`).exec(text)
    if (join) return void receive(`43${join[1]}${JSON.stringify([{ ok: true, events }])}`)
    if (Number(/^43(\d+)/.exec(text)?.[1]) >= FIRST_ACK) return
    super.send(data)
  }
}

/** A card's picture: another one each time. */
const picture = async (fraction: number): Promise<ArrayBuffer> => {
  const canvas = new OffscreenCanvas(384, 384)
  const g = canvas.getContext('2d')!
  g.fillStyle = `hsl(${fraction * 360} 60% 50%)`
  g.fillRect(0, 0, 384, 384)
  return (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer()
}

window.feigned = {
  start(workflow, those) {
    nodes = those
    events = []
    say({ type: 'run.queued', number: 1_000, workflow, name: 'Feigned', targets: nodes })
    const steps = nodes.map((node) => ({ step: node, node, type: 'x', state: 'run', why: 'first time' }))
    say({ type: 'run.planned', workflow, name: 'Feigned', targets: nodes, steps, skipped: [] })
    for (const node of nodes) say({ type: 'job.started', step: node, node, attempt: 1 })
    const summary = {
      ...{ id: RUN, number: 1_000, workflow, workflowName: 'Feigned', state: 'running', targets: nodes },
      ...{ createdAt: Date.now(), fraction: 0, ran: 0, reused: 0, warnings: 0, files: [], posters: [] },
    }
    receive(`42${JSON.stringify(['runs.changed', summary])}`)
  },
  progress(fraction) {
    const known = events.length
    for (const node of nodes)
      say({
        ...{ type: 'job.progressed', step: node, node, fraction, text: `Frame ${fraction * 100}` },
        ...{ elapsedSeconds: fraction * 10, remainingSeconds: 10 - fraction * 10, memoryBytes: 1e8 },
      })
    receive(`42${JSON.stringify(['run.events', { run: RUN, events: events.slice(known) }])}`)
    void picture(fraction).then((bytes) => {
      for (const node of nodes) {
        const preview = { run: RUN, node, mime: 'image/jpeg', bytes: { _placeholder: true, num: 0 } }
        receive(`451-${FIRST_ACK + acks++}${JSON.stringify(['run.preview', preview])}`)
        receive(bytes.slice(0))
      }
    })
  },
}
