import { editDistance } from '../edit-distance'
import { ModelError } from '../errors'
import type { DType } from './graph'

/** What is known of a tensor before any of it is read. */
export interface WeightEntry {
  dtype: DType
  shape: readonly number[]
}

/** Other names of a tensor, in the order in which they are tried after its own. */
export type Aliases = (name: string) => readonly string[]

/** Names, types and shapes of a checkpoint's tensors, and which of them a graph has read. */
export class WeightTable {
  readonly #entries: ReadonlyMap<string, WeightEntry>
  readonly #read = new Set<string>()
  readonly #aliases: Aliases

  /**
   * @param entries such as the `tensors` of an opened checkpoint
   * @param prefix goes before the names in the graph, for graphs that read two checkpoints
   * @param aliases other names under which the network's tensors are published
   */
  constructor(
    entries: Iterable<readonly [string, WeightEntry]>,
    readonly prefix = '',
    aliases: Aliases = () => [],
  ) {
    this.#entries = new Map(entries)
    this.#aliases = aliases
  }

  /** The scope of the whole checkpoint. */
  get root(): Scope {
    return new Scope(this, '')
  }

  get(name: string): WeightEntry {
    return this.#entries.get(this.keyOf(name))!
  }

  /** What the checkpoint calls the tensor that the network calls `name`. */
  keyOf(name: string): string {
    const found = [name, ...this.#aliases(name)].find((each) => this.#entries.has(each))
    if (found !== undefined) return found
    const near = nearest(name, [...this.#entries.keys()])
    throw new ModelError('weights/missing', `The checkpoint has no tensor ${name}.`, {
      hint: near.length > 0 ? `Nearest names: ${near.join(', ')}.` : 'The checkpoint has no tensors.',
    })
  }

  markRead(name: string): void {
    this.#read.add(this.keyOf(name))
  }

  /** Throws unless every tensor was read or matches one of `ignored` (a whole name, or a pattern). */
  assertAllUsed(ignored: readonly (string | RegExp)[] = []): void {
    const isIgnored = (name: string) =>
      ignored.some((rule) => (typeof rule === 'string' ? rule === name : rule.test(name)))
    const unused = [...this.#entries.keys()].filter((name) => !this.#read.has(name) && !isIgnored(name))
    if (unused.length === 0) return
    const shown = unused.slice(0, 5).join(', ')
    throw new ModelError(
      'weights/unused',
      `${unused.length} of ${this.#entries.size} tensors are not used: ${shown}${unused.length > 5 ? ', …' : ''}.`,
      {
        hint: 'The network is not the one the checkpoint was made for, or they belong on its list of ignored names.',
      },
    )
  }
}

/** A place in a checkpoint; it mirrors the checkpoint's own names. */
export class Scope {
  constructor(
    readonly table: WeightTable,
    /** `down_blocks.0.resnets.1`; '' is the whole checkpoint. */
    readonly path: string,
  ) {}

  at(name: string | number): Scope {
    return new Scope(this.table, this.nameOf(String(name)))
  }

  nameOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  valueName(name: string): string {
    return this.table.prefix + this.nameOf(name)
  }

  /** What the checkpoint calls it: the name, or an alias. */
  keyOf(name: string): string {
    return this.table.keyOf(this.nameOf(name))
  }

  entry(name: string): WeightEntry {
    return this.table.get(this.nameOf(name))
  }

  /** Sizes belong to the checkpoint: modules ask instead of repeating them. */
  shapeOf(name: string): readonly number[] {
    return this.entry(name).shape
  }

  markRead(name: string): void {
    this.table.markRead(this.nameOf(name))
  }
}

/** The three names that differ in the fewest letters, for hints. */
function nearest(name: string, names: string[]): string[] {
  const scored = names.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
  return scored.slice(0, 3).map(({ candidate }) => candidate)
}
