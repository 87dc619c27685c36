import { canonicalJson } from '../../nodes/core/canonical'
import { sha256 } from '../storage/blobs'

/** What a key was made of, per node: the next plan compares with it to say why something runs. */
export interface KeyParts {
  key: string
  type: string
  version: number
  /** Version of its preparation, of nodes that have one. */
  prepare?: number
  params: Record<string, string>
  inputs: Record<string, string>
  /** Role → id of its weights; only of nodes that run networks. */
  networks?: Record<string, string>
}

/** Params as they are hashed, and compared: canonical JSON each. */
export const hashedParams = (params: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, canonicalJson(value ?? null)]))

/** The parts with the key that follows from them. */
export function withKey({
  key: _,
  networks,
  ...content
}: Omit<KeyParts, 'key'> & { key?: string }): KeyParts {
  const key = sha256(canonicalJson(content))
  if (!networks) return { key, ...content }
  // Other weights are another step.
  return { key: sha256(canonicalJson({ key, networks })), ...content, networks }
}

/** The key of the same work with other params. */
export const keyWith = (parts: KeyParts, params: Record<string, unknown>): string =>
  withKey({ ...parts, params: hashedParams(params) }).key
