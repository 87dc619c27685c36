import { expect, it } from 'vitest'
import { MixedFft } from '../../../models/signals/mixed-fft'
import { maxAbsDiff } from '../../support/golden'
import { noise } from '../../support/sounds'

/** The transform by its definition. */
function plain(data: Float64Array): Float64Array {
  const size = data.length / 2
  const out = new Float64Array(data.length)
  for (let k = 0; k < size; k++) {
    for (let n = 0; n < size; n++) {
      const angle = (-2 * Math.PI * ((k * n) % size)) / size
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      out[2 * k] += data[2 * n] * c - data[2 * n + 1] * s
      out[2 * k + 1] += data[2 * n] * s + data[2 * n + 1] * c
    }
  }
  return out
}

it.each([1, 2, 3, 8, 15, 49, 60, 96, 210])('transforms %i numbers and back', (size) => {
  const fft = new MixedFft(size)
  const data = Float64Array.from(noise(2 * size))
  const out = new Float64Array(2 * size)
  const back = new Float64Array(2 * size)
  fft.transform(out, data)
  expect(maxAbsDiff(out, plain(data))).toBeLessThan(1e-11)
  fft.inverseTransform(back, out)
  expect(maxAbsDiff(back, data)).toBeLessThan(1e-13)
})
