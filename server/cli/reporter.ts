import type { ErrorJson } from '../../nodes/core/errors'
import type { PlannedStep, RunEvent } from '../engine/events'
import type { PullEvent } from '../packs/pull'
import type { VerifyEvent } from '../packs/verify'
import { sayBytes } from '../say-bytes'
import { eventLine } from './models-text'

/** What a command tells its user while it works. */
export interface Reporter {
  event(event: RunEvent | PullEvent | VerifyEvent): void
  note(message: string): void
  /** The last words: paths of finished files. */
  delivered(paths: string[]): void
  /** `label` is how people know the node of the error. */
  error(error: ErrorJson): void
}

const line = (stream: NodeJS.WriteStream, text: string) => stream.write(`${text}\n`)

/** One JSON object a line on stdout. */
export function jsonReporter(): Reporter {
  const print = (value: unknown) => line(process.stdout, JSON.stringify(value))
  return {
    event: print,
    note: (message) => print({ type: 'note', message }),
    delivered: (paths) => print({ type: 'files.delivered', paths }),
    error: (error) => print({ type: 'error', error }),
  }
}

const seconds = (value: number) => (value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`)

/** Types of nodes, of equal width; of several of a type each with its id. */
function labelsOf(steps: readonly PlannedStep[]): Map<string, string> {
  const isSetUp = ({ step }: PlannedStep) => step.endsWith('#prepare')
  const nodesOf = (type: string) =>
    new Set(steps.filter((each) => each.type === type).map(({ node }) => node))
  const texts = steps.map((each) => {
    const id = nodesOf(each.type).size > 1 ? ` ${each.node}` : ''
    return [each.step, `${each.type}${id}${isSetUp(each) ? ' (set-up)' : ''}`] as const
  })
  const width = Math.max(...texts.map(([, text]) => text.length))
  return new Map(texts.map(([step, text]) => [step, text.padEnd(width)]))
}

/** A line per node and, on a terminal, a progress bar below them, all on stderr; paths on stdout. */
export function humanReporter(opts: { verbose: boolean }): Reporter {
  const err = process.stderr
  const tty = err.isTTY === true
  let steps = new Map<string, PlannedStep>()
  let labels = new Map<string, string>()
  let bar = ''
  const clear = () => tty && bar && err.write('\r\x1b[2K')
  const say = (text: string) => {
    clear()
    line(err, text)
    if (tty && bar) err.write(bar)
  }
  const drawBar = (fraction: number, remaining: number | undefined, more = '') => {
    if (!tty) return
    const width = Math.max(10, Math.min(40, (err.columns ?? 80) - 30))
    const full = Math.round(fraction * width)
    clear()
    bar = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.round(fraction * 100)).padStart(3)} %${more}${remaining === undefined ? '' : `  ${seconds(remaining)} left`}`
    err.write(bar)
  }
  const finishBar = () => {
    clear()
    bar = ''
  }
  const label = (step: string) => labels.get(step) ?? step
  return {
    event(event) {
      switch (event.type) {
        case 'run.planned': {
          steps = new Map(event.steps.map((step) => [step.step, step]))
          labels = labelsOf(event.steps)
          for (const step of event.steps)
            if (step.state === 'run') say(`  plan    ${label(step.step)} ${step.why}`)
          for (const skipped of event.skipped) say(`  skipped ${skipped.nodeId}: ${skipped.message}`)
          return
        }
        case 'job.cached':
          say(`  cached  ${label(event.step)}`)
          for (const warning of event.warnings) say(`          note: ${warning}`)
          return
        case 'job.finished':
          return say(
            `  done    ${label(event.step)} ${seconds(event.seconds)}, ${sayBytes(event.memoryBytes)}`,
          )
        case 'job.warned':
          return say(`  note    ${label(event.step)} ${event.message}`)
        case 'job.asked':
          return say(`  asks    ${label(event.step)}`)
        case 'job.approved':
          return say(`  yes     ${label(event.step)} approved`)
        case 'job.retried':
          return say(`  again   ${label(event.step)} the worker died (${event.reason})`)
        case 'run.progressed':
          return drawBar(event.fraction, event.remainingSeconds)
        case 'run.finished':
          finishBar()
          return say(`Finished in ${seconds(event.seconds)}.`)
        case 'run.waiting':
        case 'run.failed':
        case 'run.cancelled':
          return finishBar()
        case 'pull.progressed': {
          const { bytes, totalBytes, bytesPerSecond, remainingSeconds } = event
          return drawBar(
            totalBytes > 0 ? bytes / totalBytes : 0,
            remainingSeconds,
            `  ${sayBytes(bytesPerSecond)}/s`,
          )
        }
        case 'pull.planned':
        case 'file.waited':
        case 'file.downloaded':
        case 'file.verified':
        case 'file.wrong':
        case 'file.absent':
        case 'file.failed':
        case 'pull.finished': {
          if (event.type === 'pull.finished') finishBar()
          const text = eventLine(event)
          return text === undefined ? undefined : say(text)
        }
      }
    },
    note: (message) => say(message),
    delivered: (paths) => {
      finishBar()
      for (const path of paths) line(process.stdout, path)
    },
    error(error) {
      finishBar()
      const where = error.nodeId ? ` [${steps.get(error.nodeId)?.type ?? 'node'} ${error.nodeId}]` : ''
      line(err, `error: ${error.message}${where}`)
      if (error.hint) line(err, `       ${error.hint}`)
      if (error.stack && opts.verbose) line(err, error.stack)
      else if (error.code === 'internal')
        line(err, '       This is a fault of the program; --verbose shows where.')
    },
  }
}
