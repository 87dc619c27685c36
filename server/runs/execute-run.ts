import { CancelledError, type ErrorJson, toErrorJson } from '../../nodes/core/errors'
import type { RunEvent, RunEventBody } from '../../nodes/core/run-events'
import type { Engine } from '../engine/engine'
import type { LocalFile, Preview } from '../engine/events'
import type { Asked, RunControls } from '../engine/run-options'
import type { DataFolder } from '../storage/data-folder'
import { stillTuned } from './keep-tuned'
import { Posters } from './posters'
import type { RunLog } from './run-log'
import type { RunShelf } from './run-shelf'

/** Why a running run was stopped. */
export type Stop = 'cancelled' | 'paused' | 'waiting' | 'studio'

/** A run that is computed now. */
export interface ActiveRun {
  log: RunLog
  /** What a person is asked about, by node. */
  asked: Map<string, Asked>
  /** Once the engine has begun. */
  controls?: RunControls
  controller: AbortController
  stop?: Stop
  ended: Promise<void>
}

export interface Execution {
  data: DataFolder
  engine: Engine
  shelf: RunShelf
  onPreview(preview: Preview): void
  /** The last event of a run. */
  end(log: RunLog, body: RunEventBody): Promise<void>
}

/** Computes a run. Resolves when how it ended is on disk; the engine may still be tidying up its store. */
export function executeRun(id: string, active: ActiveRun, to: Execution): Promise<void> {
  const { data, engine, shelf } = to
  const { log, controller } = active
  const posters = new Posters(data)
  const startedAt = Date.now()
  const seconds = () => (Date.now() - startedAt) / 1000
  return new Promise((resolve) => {
    let isEnding = false
    const finish = (how: Promise<void>) => {
      isEnding = true
      how.catch(() => {}).then(resolve) // a full disk: the log says so when there is room again
    }
    const onEvent = (event: RunEvent) => {
      const { run: _run, seq: _seq, at: _at, ...body } = event
      if (body.type === 'run.finished')
        finish(describe(id, body, posters, to).then((whole) => to.end(log, whole)))
      else if (body.type === 'run.failed') finish(to.end(log, { ...body, error: withoutStack(body.error) }))
      else if (body.type === 'run.cancelled') finish(stopped(active, seconds(), to))
      else if (body.type === 'run.waiting') finish(shelf.change(log, body))
      else log.add(body)
    }
    const onPreview = (preview: Preview) => {
      posters.note(preview)
      to.onPreview(preview)
    }
    const work = async () => {
      const { targets, fresh } = log.snapshot.summary
      const { signal } = controller
      const onAsked = (asked: Asked) => void active.asked.set(asked.node, asked)
      await engine.run(shelf.document(id), {
        ...{ id, targets, fresh, signal, onEvent, onPreview, onAsked },
        tuned: stillTuned(log.snapshot),
        onBegun: (controls) => {
          active.controls = controls
        },
        onEdited: (document) => shelf.keepDocument(id, document),
      })
    }
    work().catch((error) => {
      if (isEnding) return // said by an event
      const json = withoutStack(toErrorJson(error))
      finish(
        error instanceof CancelledError
          ? stopped(active, seconds(), to)
          : to.end(log, { type: 'run.failed', seconds: seconds(), error: json }),
      )
    })
  })
}

type Finished = Extract<RunEventBody, { type: 'run.finished' }>

/** The event without paths of this machine, and with what a list shows of its first file. */
async function describe(
  id: string,
  event: Finished,
  posters: Posters,
  { engine, shelf }: Execution,
): Promise<Finished> {
  const files = event.files.map((file) => {
    const { path: _, ...rest } = file as LocalFile
    return rest
  })
  const [first] = files
  if (!first) return { ...event, files }
  const document = shelf.document(id)
  const sources = document.edges.filter(({ to }) => to[0] === first.node).map(({ from }) => from[0])
  return {
    ...event,
    files,
    posters: await posters.of([first.node, ...sources], first.sha256),
    durationSeconds: engine.durationInto(document, first.node),
    madeBy: engine.madeBy(document, first.node),
  }
}

async function stopped({ log, stop }: ActiveRun, seconds: number, { shelf, end }: Execution): Promise<void> {
  if (stop === 'studio') return log.abandon()
  if (stop === 'paused') return shelf.change(log, { type: 'run.paused' })
  if (stop === 'waiting') return shelf.change(log, { type: 'run.waiting', seconds })
  return end(log, { type: 'run.cancelled', seconds })
}

const withoutStack = ({ stack: _, ...error }: ErrorJson): ErrorJson => error
