import { expect, it } from 'vitest'
import { discoverDevices, threadsFor } from '../../../models/runtime/devices'

it('finds the CPU, and says why and what to do where another device is not there', async () => {
  const reports = await discoverDevices()
  expect(reports.map(({ name }) => name)).toEqual(['cuda', 'webgpu', 'cpu'])
  expect(reports[2]).toEqual({ name: 'cpu', available: true, float16: false })
  for (const report of reports) {
    if (report.available) continue
    expect(report.reason).toMatch(/^[^\n]{10,}$/)
    expect(report.reason).not.toContain('/onnxruntime_src/')
    expect(report.hint).not.toBe('')
  }
})

it.each([
  [1, 1],
  [2, 2],
  [4, 3],
  [16, 15],
  [64, 32],
])('of %i cores networks take %i', (cores, threads) => expect(threadsFor(cores)).toBe(threads))
