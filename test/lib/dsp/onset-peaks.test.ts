import { expect, it } from 'vitest'
import { onsetPeaks } from '../../../nodes/lib/dsp/onset-peaks'

it('marks what stands out by 0.07 of the range from the mean of five frames', () => {
  expect(onsetPeaks(Float32Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0.2, 0, 0))).toEqual([2, 8])
})

it('takes the mean over what exists at the ends', () => {
  // Frame 0 is compared with the mean of three frames, 1/3; the last one likewise.
  expect(onsetPeaks(Float32Array.of(1, 0, 0, 0, 0, 0, 1))).toEqual([0, 6])
})

it('may mark neighbours', () => {
  expect(onsetPeaks(Float32Array.of(0, 0, 0, 1, 1, 0, 0, 0))).toEqual([3, 4])
})

it('marks nothing in silence and nothing in a steady sound', () => {
  expect(onsetPeaks(new Float32Array(20))).toEqual([])
  expect(onsetPeaks(new Float32Array(20).fill(3))).toEqual([])
  expect(onsetPeaks(new Float32Array(0))).toEqual([])
})
