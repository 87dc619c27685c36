import type { PreviewMessage } from './protocol'

/** Of one node, for one client. */
const PER_SECOND = 10

interface Node {
  /** Sent and not read yet. */
  isUnderWay: boolean
  sentAt: number
  /** Waits for its turn; a newer one takes its place. */
  next?: PreviewMessage
  timer?: NodeJS.Timeout
}

/**
 * The pictures one client gets of one run. The next one of a node is sent when the last one was read and a tenth of a
 * second has passed: a slow client sees fewer pictures, and never old ones.
 */
export class PreviewBudget {
  private readonly nodes = new Map<string, Node>()
  private isClosed = false

  constructor(private readonly send: (preview: PreviewMessage, read: () => void) => void) {}

  offer(preview: PreviewMessage): void {
    const node = this.nodes.get(preview.node) ?? { isUnderWay: false, sentAt: Number.NEGATIVE_INFINITY }
    this.nodes.set(preview.node, node)
    node.next = preview
    this.trySend(node)
  }

  /** The node has a result now: what waits would come too late. */
  forget(nodeId: string): void {
    const node = this.nodes.get(nodeId)
    if (node) node.next = undefined
  }

  close(): void {
    this.isClosed = true
    for (const { timer } of this.nodes.values()) clearTimeout(timer)
    this.nodes.clear()
  }

  private trySend(node: Node): void {
    if (this.isClosed || node.isUnderWay || node.timer || !node.next) return
    const wait = node.sentAt + 1000 / PER_SECOND - performance.now()
    if (wait > 0) {
      node.timer = setTimeout(() => {
        node.timer = undefined
        this.trySend(node)
      }, wait)
      return
    }
    const preview = node.next
    node.next = undefined
    node.isUnderWay = true
    node.sentAt = performance.now()
    this.send(preview, () => {
      node.isUnderWay = false
      this.trySend(node)
    })
  }
}
