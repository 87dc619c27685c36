import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { WorkflowDocument } from '../../nodes/core/document'
import { StudioError, WaitingError } from '../../nodes/core/errors'
import { registry } from '../../nodes/registry'
import type { Asked, RunOptions } from '../engine/run-options'
import type { DataFolder } from '../storage/data-folder'
import { type FlagValues, usageError } from './flags'
import type { Reporter } from './reporter'
import { savePreview } from './review-preview'

/** What `--approve` approves: everything, or the nodes it names. */
export type Approved = (node: string) => boolean

/** @throws StudioError `usage/wrong` when it names a node that asks nobody */
export function approveFlag(values: FlagValues, { nodes }: WorkflowDocument): Approved {
  const named = (values.approve as string[] | undefined) ?? []
  const reviews = Object.keys(nodes).filter((id) => registry.get(nodes[id].type)?.asks)
  for (const node of named) {
    if (node === '' || reviews.includes(node)) continue
    throw usageError(
      `--approve: "${node}" is no review.`,
      reviews.length > 0 ? `The workflow has ${reviews.join(', ')}.` : 'The workflow has none.',
    )
  }
  return (node) => named.includes('') || named.includes(node)
}

interface ReviewOptions {
  document: WorkflowDocument
  approved: Approved
  /** Folder for something to look at. */
  out: string
  data: DataFolder
  reporter: Reporter
  signal: AbortSignal
  /** Asks on stderr and reads from stdin; else whoever runs it is told which flag approves. */
  isTerminal: boolean
}

/** Reviews of a run on the command line. */
export function reviews(options: ReviewOptions): Pick<RunOptions, 'onAsked' | 'onOnlyAsking'> {
  const { document, approved, out, data, reporter, isTerminal } = options
  const title = (node: string) => `${document.nodes[node].title ?? 'Review'} (${node})`
  const show = async ({ node, outputs }: Asked) => {
    const [value] = Object.values(outputs)
    const base = document.name.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 80) || 'run'
    const seen = await savePreview(data, value, path.join(out, `${base}-${node}`))
    reporter.note(`${title(node)} waits for you: ${seen ?? `a value of type ${value.type}`}`)
  }
  return {
    onAsked(asked) {
      if (approved(asked.node)) asked.approve()
    },
    async onOnlyAsking(all) {
      for (const asked of all) {
        await show(asked)
        if (!isTerminal) continue
        if (await askOnTerminal(`Approve ${title(asked.node)}? (y/n) `, options.signal)) asked.approve()
        else throw new StudioError('run/not-approved', `${title(asked.node)} was not approved.`)
      }
    },
  }
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<boolean> {
  // Not as a terminal: Ctrl-C stays with the process.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('n')))
    for (;;) {
      const answer = (await Promise.race([lines.question(question, { signal }), closed])).trim()
      if (/^y(es)?$/i.test(answer)) return true
      if (/^no?$/i.test(answer)) return false
    }
  } finally {
    lines.close()
  }
}

/** What somebody can do who was not asked. */
export function withFlags(error: unknown): unknown {
  if (!(error instanceof WaitingError)) return error
  const { message, nodes, code } = error
  const flags = nodes.map((node) => `--approve ${node}`).join(' ')
  return new StudioError(code, message, {
    hint: `Run it again with ${flags}, or with --approve for all; what is finished is kept.`,
    nodeId: nodes[0],
  })
}
