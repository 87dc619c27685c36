import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe } from 'vitest'
import { readSafetensors } from '../golden/harness/safetensors'

export { readSafetensors, type Tensor } from '../golden/harness/safetensors'

/** Vectors made with the original implementation; they lie beside the repository, never in it. */
const GOLDEN = path.resolve(import.meta.dirname, '../../../shared/golden')

export const hasGolden = existsSync(GOLDEN)

/** `describe` where the golden vectors are, a visible skip where they are not. */
export const describeGolden: typeof describe.skip = hasGolden
  ? (describe as unknown as typeof describe.skip)
  : describe.skip

export const goldenPath = (name: string): string => path.join(GOLDEN, name)

/** One golden case: `readGolden('stage1/resampler')`. Cases without inputs have an empty record there. */
export function readGolden(name: string) {
  const read = (part: string) => {
    const file = goldenPath(`${name}/${part}.safetensors`)
    return existsSync(file) ? readSafetensors(file) : {}
  }
  const config = JSON.parse(readFileSync(goldenPath(`${name}/case.json`), 'utf8'))
  return { config, inputs: read('inputs'), outputs: read('outputs') }
}

/** @returns the largest |a − b| over two equally long arrays; NaN anywhere gives NaN. */
export function maxAbsDiff(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`)
  let worst = 0
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i])
    if (Number.isNaN(d)) return Number.NaN
    if (d > worst) worst = d
  }
  return worst
}
