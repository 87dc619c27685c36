import type { Role } from '../../../nodes/core/pack-roles'
import { formulaWeight } from '../formula-weights'
import type { Shapes } from '../network-shapes'
import { Dict, inMemory, Saved, safetensorsFile, torchFile } from '../torch-file'

/** What one role of the tiny pack is: its file, and what the manifest says of it. */
export interface TinyRole {
  /** Name in the folder; roles that share a file give the same `make`. */
  file: string
  make(): Uint8Array
  prefix?: string
  config?: Record<string, unknown>
}

export type TinyRoles = Partial<Record<Role, TinyRole>>

const bytesOf = (name: string, shape: readonly number[]) =>
  new Uint8Array(formulaWeight(name, shape).buffer as ArrayBuffer)

function stateDict(key: string, shapes: Shapes): Dict {
  const tensors = Object.entries(shapes).map(([name, shape], i) => {
    const data = bytesOf(name, shape)
    const storage = { key: `${key}${i}`, dtype: 'float32' as const, elements: data.length / 4, data }
    return [name, new Saved(storage, shape)] as const
  })
  return new Dict(Object.fromEntries(tensors), { ordered: true })
}

/** Random weights as torch.save writes them, in dictionaries by name (`ema_state_dict`, `model`). */
export function torchWeights(states: Record<string, Shapes>): Uint8Array {
  const named = Object.entries(states).map(([key, shapes]) => [key, stateDict(key, shapes)] as const)
  return inMemory(torchFile(new Dict(Object.fromEntries(named))))
}

/** Random weights as torch.save writes them, without a dictionary around them. */
export const bareTorchWeights = (shapes: Shapes): Uint8Array => inMemory(torchFile(stateDict('', shapes)))

/** Random weights of these shapes as a safetensors file. */
export function safeWeights(shapes: Shapes): Uint8Array {
  const tensors = Object.entries(shapes).map(
    ([name, shape]) => [name, { dtype: 'float32' as const, shape, data: bytesOf(name, shape) }] as const,
  )
  return inMemory(safetensorsFile(new Map(tensors)))
}
