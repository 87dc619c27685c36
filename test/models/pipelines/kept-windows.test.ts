import { describe, expect, it } from 'vitest'
import { keptWindows } from '../../../models/pipelines/kept-windows'
import { contextWindows } from '../../../models/schedulers/context-windows'

/** Bytes of one prepared window. */
const BYTES = 4000

/** Goes through the windows of a video step by step. @returns windows that each step prepared */
async function prepared(seconds: number, steps: number, keepBytes?: number): Promise<number[]> {
  const windows = contextWindows(25 * seconds)
  let made = 0
  const windowOf = keptWindows(keepBytes, async (window) => {
    made++
    return {
      pose: { dtype: 'float32', shape: [BYTES / 4], data: new Float32Array(BYTES / 4).fill(window[0]) },
    }
  })
  const counts: number[] = []
  for (let step = 0; step < steps; step++) {
    made = 0
    for (const window of windows) expect((await windowOf(window)).pose.data[0]).toBe(window[0])
    counts.push(made)
  }
  return counts
}

describe('prepared windows that are kept', () => {
  it('are all those of 10 s: no later step prepares one again', async () => {
    expect(await prepared(10, 3)).toEqual([32, 0, 0])
  })

  it('are as many of a minute, and of ten, as of 10 s: what is held does not grow with the video', async () => {
    const held = async (seconds: number) => {
      const [first, ...later] = await prepared(seconds, 3)
      return later.map((again) => first - again)
    }
    expect(await held(10)).toEqual([32, 32])
    expect(await held(60)).toEqual([32, 32])
    expect(await held(600)).toEqual([32, 32])
  })

  it('are fewer where they would take more than is allowed', async () => {
    expect(await prepared(10, 2, 5 * BYTES)).toEqual([32, 27])
    expect(await prepared(10, 2, BYTES - 1)).toEqual([32, 32])
  })
})
