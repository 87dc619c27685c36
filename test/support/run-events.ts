import fc from 'fast-check'
import type { RunEventBody } from '../../nodes/core/run-events'

const steps = ['a', 'b#prepare', 'b', 'c']
const nodeOf = (step: string) => step.split('#')[0]
const step = fc.constantFrom(...steps)
const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const sentence = fc.constantFrom('The clip is short.', 'Two people were found.', 'param by changed')
const error = fc.record({ code: fc.constant('audio/too-short' as const), message: sentence })
const output = fc.record({ type: fc.constant('number' as const), inline: fc.integer() })
const outputs = fc.dictionary(fc.constantFrom('x', 'y'), output, { maxKeys: 2, noNullPrototype: true })

const planned: fc.Arbitrary<RunEventBody> = fc
  .array(fc.constantFrom('run' as const, 'cached' as const, 'not-needed' as const), {
    minLength: steps.length,
    maxLength: steps.length,
  })
  .map((states) => ({
    type: 'run.planned',
    workflow: 'w',
    name: 'Test',
    targets: ['c'],
    skipped: [],
    steps: steps.map((id, i) => ({
      step: id,
      node: nodeOf(id),
      type: 'test/any',
      state: states[i],
      why: 'first time',
      estimateSeconds: i,
    })),
  }))

const job = step.chain((id): fc.Arbitrary<RunEventBody> => {
  const at = { step: id, node: nodeOf(id) }
  return fc.oneof(
    fc.constant({ type: 'job.started' as const, ...at, attempt: 1 }),
    fc.record({ fraction }).map(({ fraction: done }) => ({
      type: 'job.progressed' as const,
      ...at,
      fraction: done,
      elapsedSeconds: 1,
      memoryBytes: 1e6,
    })),
    sentence.map((message) => ({ type: 'job.warned' as const, ...at, message })),
    outputs.map((values) => ({
      type: 'job.finished' as const,
      ...at,
      seconds: 1,
      memoryBytes: 2e6,
      outputs: values,
    })),
    outputs.map((values) => ({ type: 'job.cached' as const, ...at, outputs: values, warnings: [] })),
    fc.constant({ type: 'job.retried' as const, ...at, reason: 'SIGKILL' }),
    error.map((json) => ({ type: 'job.failed' as const, ...at, error: json })),
  )
})

const whole: fc.Arbitrary<RunEventBody> = fc.oneof(
  fc.constant({ type: 'run.paused' as const }),
  fc.constant({ type: 'run.resumed' as const, why: 'Resumed.' }),
  fraction.map((done) => ({ type: 'run.progressed' as const, fraction: done, elapsedSeconds: 1 })),
)

/** Anything that happens in a run before its end, in any order: more than an engine would do. */
export const runEvent = fc.oneof(
  { weight: 1, arbitrary: planned },
  { weight: 12, arbitrary: job },
  { weight: 2, arbitrary: whole },
)

export const lastRunEvent: fc.Arbitrary<RunEventBody> = fc.oneof(
  fc.constant<RunEventBody>({ type: 'run.finished', seconds: 3, files: [], tables: {}, posters: ['p'] }),
  error.map((json) => ({ type: 'run.failed' as const, seconds: 3, error: json })),
  fc.constant({ type: 'run.cancelled' as const, seconds: 3 }),
)
