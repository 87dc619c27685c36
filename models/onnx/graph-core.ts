import { ModelError } from '../errors'
import { type Dim, type Shape, shapeText, symbolsOf, termsOf, toDim } from './dims'
import {
  type Attribute,
  type Constant,
  type DType,
  elementsOf,
  type Graph,
  type GraphNode,
  type Value,
} from './graph'
import type { Scope } from './scope'

/**
 * Opset 17 (IR 8): the newest that onnxruntime 1.30, Netron and the ONNX checker of Debian 12 all read. What came later
 * (Gelu-20, GroupNormalization-21, Attention-23) either has no kernel on some provider or is composed here anyway.
 */
export const OPSET = 17
/** Operators that onnxruntime adds, such as fused attention. */
export const CONTRIB = 'com.microsoft'

/** An attribute as ops write it: whole numbers are ints; `float(2)` where ONNX wants a float. */
type PlainAttribute = Attribute | number | string | readonly number[] | undefined

export const float = (value: number): Attribute => ({ type: 'float', value })

function attribute(value: Exclude<PlainAttribute, undefined>): Attribute {
  if (typeof value === 'number') return { type: 'int', value }
  if (typeof value === 'string') return { type: 'string', value }
  return 'type' in value ? value : { type: 'ints', value }
}

/** What every operator is made with: names, types, weights and constants. */
export class GraphCore {
  readonly graph: Graph
  #path: string[] = []
  #used = new Map<string, number>()
  #constants = new Map<string, Value>()
  /** What computes sizes, by the text of a size or of a whole shape. */
  #sizes = new Map<string, Value>()

  constructor(name: string) {
    this.graph = {
      name,
      opsets: { '': OPSET },
      inputs: [],
      outputs: [],
      nodes: [],
      values: {},
      weights: {},
      constants: {},
    }
  }

  /** Where we are, for names and errors: `down_blocks.0.resnets.1`. */
  get path(): string {
    return this.#path.at(-1) ?? ''
  }

  /** Builds under the names of a module. */
  within<T>(scope: Scope | string, build: () => T): T {
    this.#path.push(typeof scope === 'string' ? scope : scope.path)
    try {
      return build()
    } finally {
      this.#path.pop()
    }
  }

  input(name: string, dtype: DType, shape: Shape): Value {
    this.graph.inputs.push(name)
    return this.#declare(name, dtype, shape)
  }

  /** Names a value and makes it an output; `shape` is what it must be. */
  output(name: string, value: Value, shape?: Shape): void {
    if (shape && shapeText(shape.map(toDim)) !== shapeText(value.shape)) {
      this.fail(
        'graph/shape',
        `output ${name} is declared ${shapeText(shape)} and is ${shapeText(value.shape)}`,
      )
    }
    this.#declare(name, value.dtype, value.shape)
    this.graph.nodes.push({
      name: this.#unique(`${name}/Identity`),
      op: 'Identity',
      domain: '',
      inputs: [value.name],
      outputs: [name],
      attributes: {},
    })
    this.graph.outputs.push(name)
  }

  /** A tensor of the checkpoint, by its name under the scope. `shape` is what the module needs it to be. */
  weight(scope: Scope, name: string, shape?: Shape): Value {
    const key = scope.keyOf(name)
    const found = scope.entry(name)
    if (shape && shapeText(shape) !== shapeText(found.shape)) {
      throw new ModelError(
        'weights/shape',
        `expected ${shapeText(shape)}, got ${shapeText(found.shape)} at ${key}`,
        {
          hint: 'The configuration does not belong to this checkpoint.',
        },
      )
    }
    const valueName = scope.valueName(name)
    if (this.graph.values[valueName]) {
      throw new ModelError('weights/twice', `The weight ${key} is read a second time.`, {
        hint: 'Keep its value and hand it on, or give the two checkpoints different prefixes.',
      })
    }
    scope.markRead(name)
    this.graph.weights[valueName] = { key, dtype: found.dtype, shape: found.shape }
    return this.#declare(valueName, found.dtype, found.shape)
  }

  /** A small tensor in the graph itself; equal constants are one. */
  constant(data: number | readonly number[], dtype: DType = 'float32', shape?: readonly number[]): Value {
    const constant: Constant =
      typeof data === 'number'
        ? { dtype, shape: shape ?? [], data: [data] }
        : { dtype, shape: shape ?? [data.length], data }
    if (elementsOf(constant.shape) !== constant.data.length) {
      this.fail(
        'graph/constant',
        `${constant.data.length} numbers for the shape ${shapeText(constant.shape)}`,
      )
    }
    const short = constant.data.length <= 16
    const text = () => constant.data.map((x) => (Object.is(x, -0) ? '-0' : x)).join()
    const key = short ? `${dtype}${shapeText(constant.shape)}${text()}` : ''
    const known = this.#constants.get(key)
    if (known) return known
    const name = this.#unique('const')
    this.graph.constants[name] = constant
    const value = this.#declare(name, dtype, constant.shape)
    if (short) this.#constants.set(key, value)
    return value
  }

  /** The numbers of a constant, undefined for any other value. */
  constantOf(value: Value): Constant | undefined {
    return this.graph.constants[value.name]
  }

  /** An operator with one output. */
  emit(op: string, inputs: (Value | undefined)[], type: Omit<Value, 'name'>, more: EmitOptions = {}): Value {
    return this.emitMany(op, inputs, [type], more)[0]
  }

  emitMany(
    op: string,
    inputs: (Value | undefined)[],
    types: Omit<Value, 'name'>[],
    { attributes = {}, domain = '' }: EmitOptions = {},
  ): Value[] {
    if (domain !== '') this.graph.opsets[domain] = 1
    const name = this.#unique(this.path === '' ? op : `${this.path}/${op}`)
    const outputs = types.map(({ dtype, shape }, i) =>
      this.#declare(types.length === 1 ? `${name}:out` : `${name}:out${i}`, dtype, shape),
    )
    const node: GraphNode = {
      name,
      op,
      domain,
      inputs: inputs.map((value) => value?.name ?? ''),
      outputs: outputs.map((value) => value.name),
      attributes: {},
    }
    while (node.inputs.at(-1) === '') node.inputs.pop()
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined) node.attributes[key] = attribute(value)
    }
    this.graph.nodes.push(node)
    return outputs
  }

  /** int64 tensor of sizes that are known when the graph runs: read from the shapes of inputs, then computed. */
  sizes(shape: Shape): Value {
    if (shape.every((dim) => typeof dim === 'number')) return this.constant(shape as number[], 'int64')
    const key = shapeText(shape.map(toDim))
    const known = this.#sizes.get(key)
    if (known) return known
    const parts = shape.map((dim) =>
      typeof dim === 'number' ? this.constant([dim], 'int64') : this.#size(toDim(dim)),
    )
    if (parts.length === 1) return parts[0]
    const type = { dtype: 'int64', shape: [parts.length] } as const
    const whole = this.emit('Concat', parts, type, { attributes: { axis: 0 } })
    this.#sizes.set(key, whole)
    return whole
  }

  /** One size, int64 [1]. */
  #size(dim: Dim): Value {
    if (typeof dim === 'number') return this.constant([dim], 'int64')
    const known = this.#sizes.get(dim)
    if (known) return known
    const type = { dtype: 'int64', shape: [1] } as const
    const isSymbol = symbolsOf(dim)[0] === dim
    const terms = termsOf(dim).map(({ coefficient, factors }) => {
      const values = factors.map((factor) =>
        typeof factor === 'string'
          ? isSymbol
            ? this.#symbol(factor)
            : this.#size(factor)
          : this.emit('Div', [this.#size(factor.dividend), this.constant([factor.divisor], 'int64')], type),
      )
      if (coefficient !== 1 || values.length === 0) values.push(this.constant([coefficient], 'int64'))
      return values.reduce((a, b) => this.emit('Mul', [a, b], type))
    })
    const value = terms.reduce((a, b) => this.emit('Add', [a, b], type))
    this.#sizes.set(dim, value)
    return value
  }

  #symbol(symbol: string): Value {
    for (const name of this.graph.inputs) {
      const { shape } = this.graph.values[name]
      const axis = shape.indexOf(symbol)
      if (axis < 0) continue
      const whole = this.emit('Shape', [{ name, ...this.graph.values[name] }], {
        dtype: 'int64',
        shape: [shape.length],
      })
      return this.emit('Gather', [whole, this.constant([axis], 'int64')], { dtype: 'int64', shape: [1] })
    }
    return this.fail('graph/symbol', `no input has an axis of size ${symbol}, so it cannot be computed`)
  }

  /** Throws with the module path in front. */
  fail(
    code: 'graph/shape' | 'graph/dtype' | 'graph/constant' | 'graph/symbol',
    what: string,
    hint?: string,
  ): never {
    throw new ModelError(code, this.path === '' ? what : `${what} at ${this.path}`, { hint })
  }

  /** Sizes along one axis must agree; what they are when they do. */
  sameDim(op: string, a: Value, b: Value, dimA: Dim, dimB: Dim): Dim {
    if (dimA === dimB) return dimA
    return this.fail(
      'graph/shape',
      `${op}: ${shapeText(a.shape)} and ${shapeText(b.shape)} do not fit (${dimA} ≠ ${dimB})`,
    )
  }

  sameType(op: string, ...values: Value[]): DType {
    const different = values.find((value) => value.dtype !== values[0].dtype)
    if (!different) return values[0].dtype
    return this.fail(
      'graph/dtype',
      `${op}: ${values.map((value) => value.dtype).join(' and ')} do not mix`,
      'Cast one of them.',
    )
  }

  rank(op: string, value: Value, rank: number): void {
    if (value.shape.length === rank) return
    this.fail('graph/shape', `${op}: needs ${rank} axes, got ${shapeText(value.shape)}`)
  }

  /** An axis counted from the front. */
  axis(op: string, value: Value, axis: number): number {
    const rank = value.shape.length
    if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis
    return this.fail('graph/shape', `${op}: axis ${axis} of ${shapeText(value.shape)}`)
  }

  #declare(name: string, dtype: DType, shape: Shape): Value {
    if (this.graph.values[name]) this.fail('graph/shape', `the name ${name} is taken`)
    const type = { dtype, shape: shape.map(toDim) }
    this.graph.values[name] = type
    return { name, ...type }
  }

  #unique(base: string): string {
    const count = this.#used.get(base) ?? 0
    this.#used.set(base, count + 1)
    return count === 0 ? base : `${base}_${count}`
  }
}

interface EmitOptions {
  attributes?: Record<string, PlainAttribute>
  domain?: string
}
