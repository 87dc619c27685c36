import { editDistance } from '../edit-distance'
import { ModelError } from '../errors'
import type { Checkpoint } from './open-checkpoint'
import { quoted, shapeText, type Tensor } from './tensor'

export interface ExpectedTensor {
  name: string
  shape: readonly number[]
}

export interface MatchOptions {
  /** Only names of the checkpoint that start with this count, without it: `denoising_unet.` of a file with four networks. */
  prefix?: string
  /** Tensors that may be there and are not used, by name or pattern (after the prefix). */
  ignore?: readonly (string | RegExp)[]
  /** Other names under which a tensor was published: `…to_q.weight` was `…query.weight`. */
  aliases?: (name: string) => readonly string[]
}

/** Names compared when the nearest are looked for; the longest published list has 2232. */
const MAX_CANDIDATES = 20_000

/**
 * The checkpoint's tensor for every expected one, when they agree in name and shape one to one. Otherwise stops at the
 * first that does not: nothing is padded, dropped or guessed.
 */
export function matchTensors(
  checkpoint: Pick<Checkpoint, 'tensors'>,
  expected: readonly ExpectedTensor[],
  { prefix = '', ignore = [], aliases = () => [] }: MatchOptions = {},
): Map<string, Tensor> {
  const found = new Map<string, Tensor>()
  for (const [name, tensor] of checkpoint.tensors) {
    if (name.startsWith(prefix)) found.set(name.slice(prefix.length), tensor)
  }
  const matched = new Map<string, Tensor>()
  const unused = new Set(found.keys())
  const missing: ExpectedTensor[] = []
  for (const wanted of expected) {
    const name = [wanted.name, ...aliases(wanted.name)].find((each) => unused.has(each))
    if (name === undefined) missing.push(wanted)
    else {
      unused.delete(name)
      matched.set(wanted.name, found.get(name)!)
    }
  }
  const isIgnored = (name: string) =>
    ignore.some((rule) => (typeof rule === 'string' ? rule === name : rule.test(name)))
  const extra = [...unused].filter((name) => !isIgnored(name))
  if (missing.length > 0) throw missingTensor(prefix, missing, extra, found)
  for (const { name, shape } of expected) checkShape(prefix + name, shape, matched.get(name)!)
  if (extra.length > 0) throw extraTensor(prefix, extra, expected, found)
  return matched
}

function checkShape(name: string, shape: readonly number[], tensor: Tensor): void {
  if (shape.length === tensor.shape.length && shape.every((size, axis) => size === tensor.shape[axis])) return
  throw new ModelError(
    'weights/shape',
    `${quoted(name)}: expected ${shapeText(shape)}, found ${shapeText(tensor.shape)}.`,
    { hint: 'The checkpoint is of the same network in another size, or of another version of it.' },
  )
}

function missingTensor(
  prefix: string,
  missing: readonly ExpectedTensor[],
  extra: readonly string[],
  found: ReadonlyMap<string, Tensor>,
): ModelError {
  const { name, shape } = missing[0]!
  const candidates = nearestNames(name, extra).map(
    (each) => `${quoted(each)} ${shapeText(found.get(each)!.shape)}`,
  )
  const more = missing.length > 1 ? `, and ${missing.length - 1} more` : ''
  return new ModelError(
    'weights/missing',
    `${quoted(prefix + name)} ${shapeText(shape)} is missing${more}.`,
    {
      hint:
        candidates.length > 0
          ? `Nearest among those that nothing asks for: ${candidates.join(', ')}.`
          : `Every one of the ${found.size} tensors that are there is asked for by another name.`,
    },
  )
}

function extraTensor(
  prefix: string,
  extra: readonly string[],
  expected: readonly ExpectedTensor[],
  found: ReadonlyMap<string, Tensor>,
): ModelError {
  const name = extra[0]!
  const shapes = new Map(expected.map((each) => [each.name, each.shape]))
  const candidates = nearestNames(name, [...shapes.keys()]).map(
    (each) => `${quoted(each)} ${shapeText(shapes.get(each)!)}`,
  )
  const more = extra.length > 1 ? `, and ${extra.length - 1} more` : ''
  return new ModelError(
    'weights/extra',
    `${quoted(prefix + name)} ${shapeText(found.get(name)!.shape)} has no place in the network${more}.`,
    { hint: `The checkpoint is of another network. Nearest expected: ${candidates.join(', ') || 'none'}.` },
  )
}

/** The three names with the fewest letters inserted, removed or replaced; none that share less than half of theirs. */
export function nearestNames(name: string, candidates: readonly string[], count = 3): string[] {
  return candidates
    .slice(0, MAX_CANDIDATES)
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(name.length, candidate.length) / 2)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}
