import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe } from 'vitest'

/** Vectors made with the original implementation; they lie beside the repository, never in it. */
const GOLDEN = path.resolve(import.meta.dirname, '../../../shared/golden')

export const hasGolden = existsSync(GOLDEN)

/** `describe` where the golden vectors are, a visible skip where they are not. */
export const describeGolden: typeof describe.skip = hasGolden
  ? (describe as unknown as typeof describe.skip)
  : describe.skip

type Data = Float32Array | Float64Array | Int32Array | BigInt64Array | Int16Array | Uint8Array
export interface Tensor<D extends Data = Data> {
  shape: number[]
  data: D
}

const DTYPES = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I64: BigInt64Array,
  I16: Int16Array,
  U8: Uint8Array,
} as const

export const goldenPath = (name: string): string => path.join(GOLDEN, name)

export function readSafetensors(file: string): Record<string, Tensor> {
  const bytes = readFileSync(file)
  const headerBytes = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { dtype: keyof typeof DTYPES; shape: number[]; data_offsets: [number, number] }
  >
  const tensors: Record<string, Tensor> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const [from, to] = entry.data_offsets
    const copy = new Uint8Array(bytes.subarray(8 + headerBytes + from, 8 + headerBytes + to)).buffer
    tensors[name] = { shape: entry.shape, data: new DTYPES[entry.dtype](copy) as Data }
  }
  return tensors
}

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
