import { expect, it } from 'vitest'
import { audioWindow } from '../../models/audio/audio-window'
import { speechInput, withUnitVariance } from '../../models/audio/speech-input'

it('speech is filled up to whole clips with zeros that come after the normalisation', () => {
  const samples = Float32Array.from({ length: 641 }, (_, i) => 3 + Math.sin(i))
  const { wave, frames, speechFrames } = speechInput(samples, 4)
  expect({ frames, speechFrames, length: wave.length }).toEqual({
    frames: 4,
    speechFrames: 2,
    length: 641 + 2 * 640,
  })
  expect(wave.subarray(641).every((sample) => sample === 0)).toBe(true)
  expect(wave.reduce((sum, sample) => sum + sample)).toBeCloseTo(0, 3)
  expect(speechInput(samples)).toMatchObject({ frames: 2, speechFrames: 2 })
})

it('silence stays silence', () => {
  expect([...withUnitVariance(new Float32Array(4).fill(0.5), 1e-5)]).toEqual([0, 0, 0, 0])
})

it('the window of a frame has its neighbours, and the ends again where there are none', () => {
  const features = Float32Array.of(0, 1, 2, 3)
  const windows = [0, 1, 2, 3].flatMap((frame) => [...audioWindow(features, 1, frame, 1)])
  expect(windows).toEqual([0, 0, 1, 0, 1, 2, 1, 2, 3, 2, 3, 3])
})
