import { statSync } from 'node:fs'
import path from 'node:path'
import { ModelError } from '../errors'
import type { Weight } from '../onnx/graph'
import { type Aliases, WeightTable } from '../onnx/scope'
import type { StopSignal } from '../stop-signal'
import { convertTensors } from '../weights/convert-tensors'
import { externalData } from '../weights/external-data'
import { type Checkpoint, openCheckpoint } from '../weights/open-checkpoint'

export interface NetworkWeightsOptions {
  /** What its floats are in the graph; by default what they are in the file. */
  dtype?: 'float32' | 'float16'
  /** Where converted copies are kept, one for each file and type. */
  folder: string
  /** Only tensors whose names begin with it, and without it: `denoising_unet.` of a file with four networks. */
  prefix?: string
  /** Other names under which the network's tensors are published. */
  aliases?: Aliases
  signal?: StopSignal
  /** Bytes of a copy that is being made. */
  onProgress?: (done: number, total: number) => void
}

/** The weights of one network: where the graph's tensors lie, in a file that a session maps into memory. */
export interface NetworkWeights {
  /** A new one for every graph: it counts what that graph reads. */
  table(): WeightTable
  /** The folder that holds all of its files. */
  readonly folder: string
  place(weight: Pick<Weight, 'key'>): { location: string; offset: number; length: number }
  /** What else the file says as plain data, such as `cfg`. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** Changes when a file does. */
  readonly identity: string
}

/**
 * Opens a checkpoint for a network. Where the tensors' type and layout suit, they stay in the file they were published
 * in; otherwise a converted copy is made once.
 */
export async function networkWeights(file: string, options: NetworkWeightsOptions): Promise<NetworkWeights> {
  const { dtype, folder, prefix = '', aliases, signal, onProgress } = options
  const published = await openCheckpoint(file)
  try {
    const names = [...published.tensors.keys()].filter((name) => name.startsWith(prefix))
    if (names.length === 0) {
      throw new ModelError(
        'weights/missing',
        `${path.basename(file)} has no tensor whose name begins with "${prefix}".`,
        {
          hint: 'It is another file than the network’s.',
        },
      )
    }
    const fits = (name: string) => {
      const tensor = published.tensors.get(name)!
      const wanted = tensor.dtype.includes('float') ? dtype : undefined
      return externalData(tensor, { dtype: wanted ?? tensor.dtype }).ok
    }
    const { metadata } = published
    if (names.every(fits)) return { ...placed(published, names, prefix, aliases), metadata }
    const copy = await convertTensors(published, {
      dtype: dtype ?? 'float32',
      folder,
      names,
      signal,
      onProgress,
    })
    copy.close()
    return { ...placed(copy, names, prefix, aliases), metadata }
  } finally {
    published.close()
  }
}

function placed(
  { tensors }: Pick<Checkpoint, 'tensors'>,
  names: readonly string[],
  prefix: string,
  aliases?: Aliases,
): Omit<NetworkWeights, 'metadata'> {
  const own = new Map(names.map((name) => [name.slice(prefix.length), tensors.get(name)!]))
  const files = [...new Set([...own.values()].map(({ file }) => file))]
  const folder = path.dirname(files[0]) // the parts of a checkpoint lie in one folder
  return {
    folder,
    table: () => new WeightTable(own, '', aliases),
    place({ key }) {
      const { file, offset, bytes } = own.get(key)!
      return { location: path.relative(folder, file), offset, length: bytes }
    },
    identity: JSON.stringify(
      files.map((file) => {
        const { size, mtimeMs } = statSync(file)
        return [file, size, mtimeMs]
      }),
    ),
  }
}
