import { describe, expect, it } from 'vitest'
import { planOf } from '../../app/_editor/bar/plan'
import type { NodeRunView } from '../../app/_editor/state/node-run-view'
import { RunViews } from '../../app/_editor/state/run-store'
import type { RunEvent, RunEventBody } from '../../nodes/core/run-events'
import { applyEvent, foldEvents, type RunSnapshot } from '../../nodes/core/run-snapshot'
import type { Analysis } from '../../server/realtime/protocol'

const NODES = Array.from({ length: 100 }, (_, i) => `n${i}`)

const step = (
  node: string,
  state: 'run' | 'cached' | 'not-needed' = 'run',
  why = 'first time',
  key = `key of ${node}`,
) => ({
  step: node,
  node,
  type: 'pose/smooth',
  state,
  why,
  key,
})

const analysis = (change: Partial<Analysis> = {}): Analysis => ({
  workflow: 'w',
  revision: 1,
  facts: {},
  problems: [],
  missingWeights: [],
  targets: ['n99'],
  steps: NODES.map((node) => step(node)),
  values: {},
  costs: {},
  ...change,
})

let seq = 0
const event = (body: RunEventBody): RunEvent => ({ ...body, run: 'r', seq: ++seq, at: seq * 10 })

function startedRun(): RunSnapshot {
  seq = 0
  return foldEvents([
    event({ type: 'run.queued', number: 1, workflow: 'w', name: 'W', targets: ['n99'] }),
    event({
      type: 'run.planned',
      workflow: 'w',
      name: 'W',
      targets: ['n99'],
      steps: NODES.map((node) => step(node)),
      skipped: [],
    }),
    event({ type: 'job.started', step: 'n7', node: 'n7', attempt: 1 }),
  ])
}

const progress = (node: string, fraction: number) =>
  event({ type: 'job.progressed', step: node, node, fraction, elapsedSeconds: 1, memoryBytes: 1 })

/** Counts, per node, how often a card that shows it would render again. */
function countRenders(views: RunViews): Map<string, number> {
  const renders = new Map<string, number>()
  const shown = new Map<string, NodeRunView | undefined>()
  const read = (node: string) => views.store.getState().views[node]
  for (const node of NODES) shown.set(node, read(node))
  views.store.subscribe(() => {
    for (const node of NODES) {
      if (shown.get(node) === read(node)) continue
      shown.set(node, read(node))
      renders.set(node, (renders.get(node) ?? 0) + 1)
    }
  })
  return renders
}

describe('what a card renders for', () => {
  it('ten progress events of one node render its card ten times and no other', () => {
    const views = new RunViews(() => {})
    views.setAnalysis(analysis())
    const snapshot = startedRun()
    views.setSnapshot(snapshot)
    const renders = countRenders(views)
    for (let i = 1; i <= 10; i++) {
      applyEvent(snapshot, progress('n7', i / 10))
      views.applied('n7')
    }
    expect([...renders]).toEqual([['n7', 10]])
  })

  it('progress of the run as a whole renders no card', () => {
    const views = new RunViews(() => {})
    views.setAnalysis(analysis())
    const snapshot = startedRun()
    views.setSnapshot(snapshot)
    const renders = countRenders(views)
    applyEvent(snapshot, event({ type: 'run.progressed', fraction: 0.5, elapsedSeconds: 1 }))
    views.progressed()
    expect(renders.size).toBe(0)
    expect(views.store.getState().run?.fraction).toBe(0.5)
  })

  it('a preview renders the card it is of', () => {
    const freed: string[] = []
    const views = new RunViews((url) => freed.push(url))
    views.setSnapshot(startedRun())
    const renders = countRenders(views)
    views.setPreview('n7', { url: 'blob:1', at: 1 })
    views.setPreview('n7', { url: 'blob:2', at: 2 })
    expect([...renders]).toEqual([['n7', 2]])
    expect(views.store.getState().views.n7.preview?.url).toBe('blob:2')
  })

  it('an analysis that says the same again renders nothing', () => {
    const views = new RunViews(() => {})
    const facts = { n1: { pose: { frames: 80 } } }
    views.setAnalysis(analysis({ facts }))
    const renders = countRenders(views)
    views.setAnalysis(analysis({ revision: 2, facts: { n1: { pose: { frames: 80 } } } }))
    expect(renders.size).toBe(0)
  })
})

describe('what a card says', () => {
  const value = { type: 'pose', meta: { frames: 80 }, blobs: {} } as const

  it('a value is stale when its node will run again', () => {
    const views = new RunViews(() => {})
    views.setAnalysis(analysis({ steps: [step('n1', 'cached', 'cached')], values: { n1: { pose: value } } }))
    expect(views.store.getState().views.n1).toMatchObject({ state: 'cached', stale: false })
    views.setAnalysis(analysis({ revision: 2, steps: [step('n1', 'run', 'param body changed')], values: {} }))
    expect(views.store.getState().views.n1).toMatchObject({
      state: 'idle',
      stale: true,
      willRun: true,
      why: 'param body changed',
      values: { pose: value },
    })
  })

  it('a failure stays until its node would compute something else, also for whoever comes later', () => {
    const snapshot = startedRun()
    const error = { code: 'pose/format', message: 'No.' } as const
    applyEvent(snapshot, event({ type: 'job.failed', step: 'n7', node: 'n7', error }))
    applyEvent(snapshot, event({ type: 'run.failed', seconds: 1, error }))
    const views = new RunViews(() => {})
    views.setAnalysis(analysis({ revision: 4 }))
    views.setSnapshot(snapshot)
    const view = () => views.store.getState().views.n7
    expect(view()).toMatchObject({ state: 'failed', error })
    // The studio looks again after every run, and after edits elsewhere.
    const others = NODES.map((node) => step(node, 'run', 'first time', node === 'n8' ? 'another' : undefined))
    views.setAnalysis(analysis({ revision: 5, steps: others }))
    expect(view()).toMatchObject({ state: 'failed', error })
    const edited = NODES.map((node) => step(node, 'run', 'first time', node === 'n7' ? 'another' : undefined))
    views.setAnalysis(analysis({ revision: 6, steps: edited }))
    expect(view().state).toBe('idle')
  })

  it('a missing input is said before anything runs', () => {
    const views = new RunViews(() => {})
    const problem = {
      code: 'graph/missing-input',
      message: 'Input "pose" is not connected.',
      nodeId: 'n3',
    } as const
    views.setAnalysis(analysis({ problems: [problem], steps: [] }))
    expect(views.store.getState().views.n3.problem).toEqual(problem)
  })
})

describe('the plan beside Run', () => {
  it('counts what will run among all that take part, with an estimate', () => {
    const steps = [step('a', 'cached'), step('b'), step('c')]
    expect(planOf(analysis({ steps, estimateSeconds: 12 }), 3)).toEqual({
      text: 'Will run 2 of 3 · ~12 s',
      nodes: ['b', 'c'],
    })
  })

  it('says so when there is nothing to do, and when inputs are missing', () => {
    expect(planOf(analysis({ steps: [step('a', 'cached')] }), 1)?.text).toBe('Everything is up to date')
    const problems = [{ code: 'graph/missing-input', message: '', nodeId: 'x' } as const]
    expect(planOf(analysis({ steps: [], problems }), 1)?.problem).toBe('1 input missing')
    const weights = ['y', 'z'].map((nodeId) => ({ code: 'pack/missing', message: '', nodeId }) as const)
    const waiting = analysis({ steps: [step('a', 'cached')], problems: weights })
    expect(planOf(waiting, 3)).toMatchObject({ problem: '2 nodes lack weights', nodes: ['y', 'z'] })
  })
})
