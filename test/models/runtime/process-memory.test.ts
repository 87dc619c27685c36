import { expect, it } from 'vitest'
import { heldMemory, heldOf } from '../../../models/runtime/process-memory'

it('counts what is held, and leaves pages of files out where the system tells them apart', () => {
  expect(heldOf('VmRSS:\t    90 kB\nRssAnon:\t    40 kB\nRssFile:\t    30 kB\nRssShmem:\t    20 kB\n')).toBe(
    60 * 1024,
  )
  expect(heldMemory()).toBeGreaterThan(1e6)
})

it('a sandbox that tells only the sum is no failure', () => {
  expect(heldOf('Name:\tnode\nVmRSS:\t    90 kB\nThreads:\t7\n')).toBeUndefined()
})
