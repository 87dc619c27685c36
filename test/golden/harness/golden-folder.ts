import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { type Comparison, EXACT, type Numbers, type Tolerance } from './comparison'
import { readSafetensors, type Tensor } from './safetensors'

/** A folder that is not what its case.json or its runner says; the message is one sentence. */
export class GoldenError extends Error {}

const caseJson = z.looseObject({
  case: z.string().optional(),
  weights: z.record(z.string(), z.unknown()).optional(),
  tolerance: z.unknown().optional(),
  tolerance_max_abs: z.unknown().optional(),
})

/** One case of the original implementation: its settings, the numbers that went in, the numbers that came out. */
export class GoldenFolder {
  /** What the case is about: the `case` field of case.json, else the folder's name. */
  readonly kind: string
  readonly #json: z.infer<typeof caseJson>
  readonly #files = new Map<string, Record<string, Tensor>>()
  readonly #used = new Set<string>()

  constructor(readonly path: string) {
    this.#json = this.#parse(readJson(this.file('case.json')), caseJson)
    this.kind = this.#json.case ?? this.name
  }

  get name(): string {
    return path.basename(this.path)
  }

  /** case.json, as far as a runner needs it: a setting that is absent or of another type fails by its name. */
  read<S extends z.ZodType>(schema: S): z.infer<S> {
    return this.#parse(this.#json, schema)
  }

  /** The path of a file of the case, given relative to its folder. */
  file(name: string): string {
    const file = path.resolve(this.path, name)
    if (!existsSync(file)) throw new GoldenError(`${name} is missing.`)
    return file
  }

  /** Does the case have this file? For files that only some sizes of a case come with. */
  has(name: string): boolean {
    return existsSync(path.resolve(this.path, name))
  }

  /** A safetensors file, given relative to the folder: `../refunet_write/outputs.safetensors`. */
  tensors(name: string): Record<string, Tensor> {
    const held = this.#files.get(name)
    if (held) return held
    const tensors = strict(readSafetensors(this.file(name)), name)
    this.#files.set(name, tensors)
    return tensors
  }

  inputs(): Record<string, Tensor> {
    return this.tensors('inputs.safetensors')
  }

  /** What the original computed. A runner looks at all of it, or says with `leaveOut` what it does not compare. */
  outputs(): Record<string, Tensor> {
    const outputs = this.tensors('outputs.safetensors')
    return new Proxy(outputs, {
      get: (target, name: string) => {
        this.#used.add(name)
        return target[name]
      },
    })
  }

  /** The weights of a network of the case: its own file, or the one of another folder that case.json names. */
  weights(role = 'self'): Record<string, Tensor> {
    return this.tensors(this.#weightsName(role))
  }

  weightsFile(role = 'self'): string {
    return this.file(this.#weightsName(role))
  }

  /** Another case that belongs to this one, of the same seed and size: `smga_tiny_submodules_s7` → `smga_tiny_forward_s7`. */
  sibling(kind: string): GoldenFolder {
    const parent = path.dirname(this.path)
    const own = this.name
    // Seed and size end a folder's name; the longest ending in common is the same of both.
    const common = (name: string) => {
      let length = 0
      while (length < own.length && own.at(-1 - length) === name.at(-1 - length)) length++
      return Math.min(length, name.length - kind.length)
    }
    const [found] = readdirSync(parent)
      .filter((name) => name.startsWith(kind) && existsSync(path.join(parent, name, 'case.json')))
      .sort((a, b) => common(b) - common(a) || a.length - b.length)
    if (!found) throw new GoldenError(`it needs the case ${kind} beside it, which is missing.`)
    return new GoldenFolder(path.join(parent, found))
  }

  /**
   * How far a tensor may be off: what case.json says of it, else of `all` or `other` tensors, else of the case.
   * Prose ("1 grey level") is no tolerance: the runner then gives its own.
   */
  tolerance(tensor: string): Tolerance {
    const { tolerance_max_abs: maxAbs, tolerance } = this.#json
    for (const said of [maxAbs, tolerance]) {
      for (const about of [entry(said, tensor), entry(said, 'all'), entry(said, 'other'), said]) {
        const found = asTolerance(about)
        if (found) return found
      }
    }
    throw new GoldenError(`case.json has no tolerance for ${tensor}.`)
  }

  /** Holds what became of a tensor against the output of that name. */
  compare(
    tensor: string,
    got: Numbers | { shape: readonly number[]; data: Numbers },
    tolerance?: Tolerance,
  ): Comparison {
    const expected = this.outputs()[tensor]
    const numbers = 'data' in got ? got.data : got
    return {
      tensor,
      got: numbers,
      expected: expected.data,
      shapes: 'shape' in got ? { got: got.shape, expected: expected.shape } : undefined,
      tolerance: tolerance ?? this.tolerance(tensor),
    }
  }

  /** Outputs that are not compared, with the reason. */
  leaveOut(_reason: string, ...tensors: string[]): void {
    for (const tensor of tensors) this.#used.add(tensor)
  }

  /** Outputs that nobody has looked at. */
  unused(): string[] {
    if (!this.has('outputs.safetensors')) return []
    return Object.keys(this.tensors('outputs.safetensors')).filter((name) => !this.#used.has(name))
  }

  #weightsName(role: string): string {
    const named = this.#json.weights?.[role] ?? (role === 'self' ? 'weights.safetensors' : undefined)
    if (typeof named === 'string') return named
    throw new GoldenError(`case.json names no weights for ${role}.`)
  }

  #parse<S extends z.ZodType>(value: unknown, schema: S): z.infer<S> {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    const [{ path: at, message }] = parsed.error.issues
    throw new GoldenError(`case.json: ${at.join('.') || 'the file'}: ${message}.`)
  }
}

/** Every case below a folder, in the order of its paths. */
export function findCases(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  const here = entries.some(({ name }) => name === 'case.json') ? [folder] : []
  const below = entries.filter((entry) => entry.isDirectory())
  return [...here, ...below.flatMap(({ name }) => findCases(path.join(folder, name)))]
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new GoldenError(`case.json cannot be read: ${(error as Error).message}.`)
  }
}

/** A record that fails by name where it has nothing. */
const strict = (tensors: Record<string, Tensor>, file: string): Record<string, Tensor> =>
  new Proxy(tensors, {
    get: (target, name) => {
      if (typeof name === 'symbol' || name in target) return Reflect.get(target, name)
      throw new GoldenError(`${file} has no tensor ${name}.`)
    },
  })

const entry = (said: unknown, name: string): unknown =>
  typeof said === 'object' && said !== null ? (said as Record<string, unknown>)[name] : undefined

function asTolerance(said: unknown): Tolerance | undefined {
  if (said === 'exact') return EXACT
  if (typeof said === 'number') return { abs: said, rel: 0 }
  const [abs, rel] = [entry(said, 'abs'), entry(said, 'rel')]
  if (typeof abs !== 'number' && typeof rel !== 'number') return undefined
  return { abs: typeof abs === 'number' ? abs : 0, rel: typeof rel === 'number' ? rel : 0 }
}
