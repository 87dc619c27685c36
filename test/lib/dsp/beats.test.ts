import { expect, it } from 'vitest'
import { trackBeats } from '../../../nodes/lib/dsp/beats'
import { runSteps } from '../../../nodes/lib/dsp/run-steps'

const PERIOD = 15
/** A pulse every 15 frames from frame 60 to frame 180, silence before and after. */
const envelope = Float32Array.from({ length: 260 }, (_, t) =>
  t >= 60 && t <= 180 && t % PERIOD === 0 ? 1 : 0,
)

it('beats with the pulses and not in the silence around them', () => {
  const { beats } = runSteps(trackBeats(envelope, PERIOD))
  expect(beats).toEqual([60, 75, 90, 105, 120, 135, 150, 165, 180])
})

it('starts no chain before the first onset', () => {
  const { backlink } = runSteps(trackBeats(envelope, PERIOD))
  expect(backlink.subarray(0, 59).every((before) => before === -1)).toBe(true)
  expect(backlink[75]).toBe(60)
})

it('bridges a missing pulse', () => {
  const gap = envelope.slice()
  gap[120] = 0
  expect(runSteps(trackBeats(gap, PERIOD)).beats).toContain(120)
})

it('finds no beat in silence', () => {
  expect(runSteps(trackBeats(new Float32Array(100), PERIOD)).beats).toEqual([])
  expect(runSteps(trackBeats(new Float32Array(1), PERIOD)).beats).toEqual([])
})
