import {
  addDims,
  type Dim,
  divideExactly,
  elementCount,
  multiplyDims,
  type Shape,
  shapeText,
  subtractDims,
  toDim,
} from './dims'
import { ElementwiseOps } from './elementwise-ops'
import type { Value } from './graph'
import { float } from './graph-core'

/** Operators that move elements, and those that reduce an axis. Negative axes count from the end. */
export class LayoutOps extends ElementwiseOps {
  /** One size may be -1: what is left over. Sizes of symbols are computed when the graph runs. */
  reshape(x: Value, sizes: Shape): Value {
    const shape = this.#targetShape(x, sizes)
    if (shapeText(shape) === shapeText(x.shape)) return x
    return this.emit('Reshape', [x, this.#reshapeSizes(x, shape)], { dtype: x.dtype, shape })
  }

  #targetShape(x: Value, sizes: Shape): Shape {
    const known = sizes.filter((dim) => dim !== -1).map(toDim)
    const total = elementCount(x.shape)
    const rest = divideExactly(total, elementCount(known))
    const free = sizes.length - known.length
    if (rest === undefined || free > 1 || (free === 0 && rest !== 1)) {
      this.fail(
        'graph/shape',
        `Reshape: ${shapeText(x.shape)} has ${total} elements, ${shapeText(sizes)} ${elementCount(known)}`,
      )
    }
    return sizes.map((dim) => (dim === -1 ? rest : toDim(dim)))
  }

  /** Where ONNX can say it without knowing symbols: 0 copies the size at the same place, one -1 is the rest. */
  #reshapeSizes(x: Value, shape: Shape): Value {
    const said = shape.map((dim, i) => (typeof dim === 'number' ? dim : dim === x.shape[i] ? 0 : -1))
    return said.filter((size) => size === -1).length <= 1 ? this.constant(said, 'int64') : this.sizes(shape)
  }

  /** Axis i of the result is axis `order[i]` of x. */
  transpose(x: Value, order: readonly number[]): Value {
    this.rank('Transpose', x, order.length)
    if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i)) {
      this.fail('graph/shape', `Transpose: [${order}] is not an order of ${shapeText(x.shape)}`)
    }
    if (order.every((axis, i) => axis === i)) return x
    const shape = order.map((axis) => x.shape[axis])
    return this.emit('Transpose', [x], { dtype: x.dtype, shape }, { attributes: { perm: order } })
  }

  concat(values: readonly Value[], axis: number): Value {
    if (values.length === 1) return values[0]
    const [first] = values
    const at = this.axis('Concat', first, axis)
    for (const value of values) {
      this.rank('Concat', value, first.shape.length)
      for (const [i, dim] of first.shape.entries()) {
        if (i !== at) this.sameDim('Concat', first, value, dim, value.shape[i])
      }
    }
    const shape = first.shape.with(at, addDims(...values.map((value) => value.shape[at])))
    return this.emit(
      'Concat',
      [...values],
      { dtype: this.sameType('Concat', ...values), shape },
      { attributes: { axis: at } },
    )
  }

  /** Cuts an axis into pieces of the given sizes. */
  split(x: Value, sizes: readonly number[], axis: number): Value[] {
    const at = this.axis('Split', x, axis)
    if (addDims(...sizes) !== x.shape[at]) {
      this.fail('graph/shape', `Split: [${sizes}] does not add up to axis ${at} of ${shapeText(x.shape)}`)
    }
    if (sizes.length === 1) return [x]
    const types = sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.with(at, size) }))
    return this.emitMany('Split', [x, this.constant(sizes, 'int64')], types, { attributes: { axis: at } })
  }

  /** Elements from `start` up to `end` (without it) along an axis; a negative number counts from the end. */
  slice(x: Value, axis: number, start: number, end: number | 'end' = 'end'): Value {
    const at = this.axis('Slice', x, axis)
    const size = x.shape[at]
    const place = (index: number | 'end'): Dim =>
      index === 'end' ? size : index < 0 ? addDims(size, index) : index
    const [from, to] = [place(start), place(end)]
    const length = subtractDims(to, from)
    if (from === 0 && to === size) return x
    if (typeof size === 'number' && (Number(to) > size || Number(from) < 0 || Number(length) < 0)) {
      this.fail('graph/shape', `Slice: [${start}, ${end}) of axis ${at} of ${shapeText(x.shape)}`)
    }
    const int = (index: number) => this.constant([index], 'int64')
    const last = end === 'end' ? 2 ** 31 - 1 : end
    return this.emit('Slice', [x, int(start), int(last), int(at)], {
      dtype: x.dtype,
      shape: x.shape.with(at, length),
    })
  }

  /** Rows of `x` along an axis, picked by a tensor of whole numbers. */
  gather(x: Value, indices: Value | number, axis: number): Value {
    const at = this.axis('Gather', x, axis)
    const picked = typeof indices === 'number' ? this.constant(indices, 'int64') : indices
    const shape = [...x.shape.slice(0, at), ...picked.shape, ...x.shape.slice(at + 1)]
    return this.emit('Gather', [x, picked], { dtype: x.dtype, shape }, { attributes: { axis: at } })
  }

  /** New axes of size 1 at these places of the result. */
  unsqueeze(x: Value, axes: readonly number[]): Value {
    const rank = x.shape.length + axes.length
    const at = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
    if (at.some((axis) => axis < 0 || axis >= rank)) {
      this.fail('graph/shape', `Unsqueeze: axes [${axes}] of ${shapeText(x.shape)}`)
    }
    const shape: Dim[] = [...x.shape]
    for (const axis of at) shape.splice(axis, 0, 1)
    return this.emit('Unsqueeze', [x, this.constant(at, 'int64')], { dtype: x.dtype, shape })
  }

  squeeze(x: Value, axes: readonly number[]): Value {
    const at = axes.map((axis) => this.axis('Squeeze', x, axis))
    if (at.some((axis) => x.shape[axis] !== 1)) {
      this.fail('graph/shape', `Squeeze: axes [${axes}] of ${shapeText(x.shape)} are not all 1`)
    }
    const shape = x.shape.filter((_, i) => !at.includes(i))
    return this.emit('Squeeze', [x, this.constant(at, 'int64')], { dtype: x.dtype, shape })
  }

  /** Repeats axes of size 1. */
  expand(x: Value, sizes: Shape): Value {
    const shape = this.broadcast('Expand', x, { name: '', dtype: x.dtype, shape: sizes.map(toDim) })
    if (shapeText(shape) === shapeText(x.shape)) return x
    return this.emit('Expand', [x, this.sizes(shape)], { dtype: x.dtype, shape })
  }

  /** `before[i]` and `after[i]` elements around axis i. */
  pad(
    x: Value,
    before: readonly number[],
    after: readonly number[],
    mode: PadMode = 'constant',
    fill = 0,
  ): Value {
    this.rank('Pad', x, before.length)
    this.rank('Pad', x, after.length)
    if ([...before, ...after].every((size) => size === 0)) return x
    const shape = x.shape.map((dim, i) => addDims(dim, before[i], after[i]))
    const value = mode === 'constant' ? this.constant(fill, x.dtype) : undefined
    return this.emit(
      'Pad',
      [x, this.constant([...before, ...after], 'int64'), value],
      { dtype: x.dtype, shape },
      { attributes: { mode } },
    )
  }

  /**
   * Scales every axis by a whole factor. `nearest` repeats elements; `linear` and `cubic` (a = -0.75) put samples at
   * pixel centres, as PyTorch does with align_corners=False.
   */
  resize(x: Value, factors: readonly number[], mode: 'nearest' | 'linear' | 'cubic' = 'nearest'): Value {
    this.rank('Resize', x, factors.length)
    const shape = x.shape.map((dim, i) => multiplyDims(dim, factors[i]))
    const nearest = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
    return this.emit(
      'Resize',
      [x, undefined, this.constant(factors, 'float32')],
      { dtype: x.dtype, shape },
      { attributes: { mode, ...(mode === 'nearest' ? nearest : { cubic_coeff_a: float(-0.75) }) } },
    )
  }

  /** Linear interpolation of the last axis to a size, ends on ends (PyTorch's align_corners=True). x [n, c, t] */
  interpolate(x: Value, size: Dim): Value {
    this.rank('interpolate', x, 3)
    const shape = x.shape.with(2, toDim(size))
    if (shapeText(shape) === shapeText(x.shape)) return x
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'align_corners' }
    const inputs = [x, undefined, undefined, this.sizes(shape)]
    return this.emit('Resize', inputs, { dtype: x.dtype, shape }, { attributes })
  }

  reduceMean(x: Value, axes: readonly number[], keep = true): Value {
    const { at, shape } = this.#reduced('ReduceMean', x, axes, keep)
    return this.emit(
      'ReduceMean',
      [x],
      { dtype: x.dtype, shape },
      { attributes: { axes: at, keepdims: Number(keep) } },
    )
  }

  reduceSum(x: Value, axes: readonly number[], keep = true): Value {
    const { at, shape } = this.#reduced('ReduceSum', x, axes, keep)
    const inputs = [x, this.constant(at, 'int64')] // since opset 13 the axes of this one are an input
    return this.emit(
      'ReduceSum',
      inputs,
      { dtype: x.dtype, shape },
      { attributes: { keepdims: Number(keep) } },
    )
  }

  reduceMax(x: Value, axes: readonly number[], keep = true): Value {
    const { at, shape } = this.#reduced('ReduceMax', x, axes, keep)
    return this.emit(
      'ReduceMax',
      [x],
      { dtype: x.dtype, shape },
      { attributes: { axes: at, keepdims: Number(keep) } },
    )
  }

  #reduced(op: string, x: Value, axes: readonly number[], keep: boolean) {
    const at = axes.map((axis) => this.axis(op, x, axis))
    const shape = x.shape.flatMap((dim, i) => (at.includes(i) ? (keep ? [1] : []) : [dim]))
    return { at, shape }
  }

  /** 0, 1, … up to a size, which may be a symbol. */
  range(size: Dim, dtype: 'int64' | 'float32' = 'int64'): Value {
    const length = toDim(size)
    if (typeof length === 'number')
      return this.constant(
        Array.from({ length }, (_, i) => i),
        dtype,
      )
    const end = this.squeeze(this.sizes([length]), [0])
    const [zero, one] = [0, 1].map((x) => this.constant(x, 'int64'))
    return this.cast(this.emit('Range', [zero, end, one], { dtype: 'int64', shape: [length] }), dtype)
  }

  argMax(x: Value, axis: number, keep = false): Value {
    const { at, shape } = this.#reduced('ArgMax', x, [axis], keep)
    const attributes = { axis: at[0], keepdims: Number(keep) }
    return this.emit('ArgMax', [x], { dtype: 'int64', shape }, { attributes })
  }
}

type PadMode = 'constant' | 'reflect' | 'edge'
