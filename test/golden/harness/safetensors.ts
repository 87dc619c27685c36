import { closeSync, openSync, readSync } from 'node:fs'

type Data = Float32Array | Float64Array | Int32Array | BigInt64Array | Int16Array | Uint8Array

/** A tensor of a file. Its numbers are read when `data` is first asked for, and may be dropped while nobody holds them. */
export interface Tensor<D extends Data = Data> {
  readonly shape: number[]
  readonly data: D
}

const DTYPES = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I64: BigInt64Array,
  I16: Int16Array,
  U8: Uint8Array,
} as const

interface Entry {
  dtype: keyof typeof DTYPES
  shape: number[]
  data_offsets: [number, number]
}

function readRange(file: string, offset: number, length: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length)) // its own memory, so that any dtype is aligned
  const handle = openSync(file, 'r')
  try {
    for (let done = 0; done < length; ) {
      const count = readSync(handle, bytes, done, length - done, offset + done)
      if (count === 0) throw new Error(`${file} ends before byte ${offset + length}`)
      done += count
    }
  } finally {
    closeSync(handle)
  }
  return bytes
}

class FileTensor implements Tensor {
  readonly shape: number[]
  #numbers: WeakRef<Data> | undefined

  constructor(
    private readonly file: string,
    private readonly start: number,
    private readonly entry: Entry,
  ) {
    this.shape = entry.shape
  }

  get data(): Data {
    const held = this.#numbers?.deref()
    if (held) return held
    const [from, to] = this.entry.data_offsets
    const Numbers = DTYPES[this.entry.dtype] as new (bytes: ArrayBufferLike) => Data
    const data = new Numbers(readRange(this.file, this.start + from, to - from).buffer)
    this.#numbers = new WeakRef(data)
    return data
  }
}

/** The tensors of a safetensors file by name; only the header is read now. */
export function readSafetensors(file: string): Record<string, Tensor> {
  const headerBytes = Number(readRange(file, 0, 8).readBigUInt64LE())
  const header = JSON.parse(readRange(file, 8, headerBytes).toString('utf8')) as Record<string, Entry>
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => {
      if (!(entry.dtype in DTYPES)) throw new Error(`${file}: ${name} has the type ${entry.dtype}`)
      return [name, new FileTensor(file, 8 + headerBytes, entry)]
    })
  return Object.fromEntries(tensors)
}
