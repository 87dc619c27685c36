import { addDims, floorDivide, multiplyDims, type Shape, shapeText } from './dims'
import type { Value } from './graph'
import { CONTRIB, float } from './graph-core'
import { LayoutOps } from './layout-ops'

/** Of each spatial axis, or one number for all. */
type PerAxis = number | readonly number[]

interface ConvOptions {
  stride?: PerAxis
  /** Zeros on both sides. */
  pad?: PerAxis
  dilation?: PerAxis
  groups?: number
}

/**
 * Builds a graph: every method adds operators and returns what they make, with its type and shape. A mistake stops at
 * once, with the path of the module and both shapes.
 */
export class GraphBuilder extends LayoutOps {
  /** x [n, cIn, …], weight [cOut, cIn/groups, k…], bias [cOut] → [n, cOut, …]; as many axes as the weight has. */
  conv(x: Value, weight: Value, bias?: Value, options: ConvOptions = {}): Value {
    const { stride, pad, dilation, groups } = this.#convSizes('Conv', x, weight, options)
    const kernel = weight.shape.slice(2) as number[]
    this.sameDim('Conv', x, weight, x.shape[1], multiplyDims(weight.shape[1], groups))
    if (bias) this.sameDim('Conv', weight, bias, weight.shape[0], bias.shape[0])
    const spatial = x.shape.slice(2).map((dim, i) => {
      const room = addDims(dim, 2 * pad[i] - dilation[i] * (kernel[i] - 1) - 1)
      return addDims(floorDivide(room, stride[i]), 1)
    })
    const type = { dtype: this.sameType('Conv', x, weight), shape: [x.shape[0], weight.shape[0], ...spatial] }
    const pads = [...pad, ...pad]
    const attributes = { kernel_shape: kernel, strides: stride, pads, dilations: dilation, group: groups }
    return this.emit('Conv', [x, weight, bias], type, { attributes })
  }

  /** x [n, cIn, …], weight [cIn, cOut/groups, k…] → [n, cOut, (size - 1)·stride - 2·pad + dilation·(k - 1) + 1 …] */
  convTranspose(x: Value, weight: Value, bias?: Value, options: ConvOptions = {}): Value {
    const { stride, pad, dilation, groups } = this.#convSizes('ConvTranspose', x, weight, options)
    const kernel = weight.shape.slice(2) as number[]
    this.sameDim('ConvTranspose', x, weight, x.shape[1], weight.shape[0])
    const spatial = x.shape
      .slice(2)
      .map((dim, i) =>
        addDims(multiplyDims(addDims(dim, -1), stride[i]), dilation[i] * (kernel[i] - 1) + 1 - 2 * pad[i]),
      )
    const cOut = multiplyDims(weight.shape[1], groups)
    const type = { dtype: this.sameType('ConvTranspose', x, weight), shape: [x.shape[0], cOut, ...spatial] }
    const pads = [...pad, ...pad]
    const attributes = { kernel_shape: kernel, strides: stride, pads, dilations: dilation, group: groups }
    return this.emit('ConvTranspose', [x, weight, bias], type, { attributes })
  }

  #convSizes(
    op: string,
    x: Value,
    weight: Value,
    { stride = 1, pad = 0, dilation = 1, groups = 1 }: ConvOptions,
  ) {
    this.rank(op, x, weight.shape.length)
    const axes = weight.shape.length - 2
    const each = (size: PerAxis) => (typeof size === 'number' ? Array<number>(axes).fill(size) : [...size])
    return { stride: each(stride), pad: each(pad), dilation: each(dilation), groups }
  }

  /** a [… m, k] · b [… k, n] → [… m, n]; leading axes broadcast. */
  matMul(a: Value, b: Value): Value {
    if (a.shape.length < 2 || b.shape.length < 2) {
      this.fail(
        'graph/shape',
        `MatMul: ${shapeText(a.shape)} and ${shapeText(b.shape)} are not both matrices`,
      )
    }
    this.sameDim('MatMul', a, b, a.shape.at(-1)!, b.shape.at(-2)!)
    const head = (value: Value) => ({ ...value, shape: value.shape.slice(0, -2) })
    const shape = [...this.broadcast('MatMul', head(a), head(b)), a.shape.at(-2)!, b.shape.at(-1)!]
    return this.emit('MatMul', [a, b], { dtype: this.sameType('MatMul', a, b), shape })
  }

  /**
   * x [… cIn] · weightᵀ + bias, weight [cOut, cIn] as checkpoints have it → [… cOut]. Rows are folded into one axis
   * for Gemm: it reads the weight transposed where it lies, which MatMul cannot.
   */
  linear(x: Value, weight: Value, bias?: Value): Value {
    this.rank('linear', weight, 2)
    const [cOut, cIn] = weight.shape
    this.sameDim('linear', x, weight, x.shape.at(-1)!, cIn)
    if (bias) this.sameDim('linear', weight, bias, cOut, bias.shape[0])
    const dtype = this.sameType('linear', x, weight)
    const rows = this.reshape(x, [-1, cIn])
    const attributes = { transB: 1 }
    const y = this.emit('Gemm', [rows, weight, bias], { dtype, shape: [rows.shape[0], cOut] }, { attributes })
    return this.reshape(y, [...x.shape.slice(0, -1), cOut])
  }

  softmax(x: Value, axis = -1): Value {
    const at = this.axis('Softmax', x, axis)
    return this.emit('Softmax', [x], { dtype: x.dtype, shape: x.shape }, { attributes: { axis: at } })
  }

  /** Over the last axis. As in `groupNorm`, weight and bias follow the type of x. */
  layerNorm(x: Value, weight: Value, bias: Value | undefined, { eps = 1e-5 } = {}): Value {
    this.sameDim('LayerNormalization', x, weight, x.shape.at(-1)!, weight.shape.at(-1)!)
    const attributes = { axis: -1, epsilon: float(eps) }
    const affine = [weight, bias].map((value) => value && this.cast(value, x.dtype))
    return this.emit('LayerNormalization', [x, ...affine], { dtype: x.dtype, shape: x.shape }, { attributes })
  }

  /** x / √(mean x² + eps) · weight, over the last axis. */
  rmsNorm(x: Value, weight: Value, { eps = 1e-6 } = {}): Value {
    const meanSquare = this.reduceMean(this.mul(x, x), [-1])
    return this.mul(
      this.mul(x, this.reciprocal(this.sqrt(this.add(meanSquare, eps)))),
      this.cast(weight, x.dtype),
    )
  }

  /**
   * x [n, c, …], weight and bias [c]. As InstanceNormalization over the channels of a group: it runs natively on every
   * provider, and GroupNormalization-21 does not. The mean is taken off before, because the kernels lose digits where
   * it is large: at 50 deviations from 0 the error was 7e-6 on CPU and 3e-4 on WebGPU (E[x²] - E[x]²), and is 2e-7.
   */
  groupNorm(x: Value, weight: Value, bias: Value, { groups, eps }: { groups: number; eps: number }): Value {
    const [n, c] = x.shape
    this.sameDim('groupNorm', x, weight, c, weight.shape[0])
    if (typeof c !== 'number' || c % groups !== 0) {
      this.fail('graph/shape', `groupNorm: ${c} channels in ${groups} groups, of ${shapeText(x.shape)}`)
    }
    const { dtype } = x
    const grouped = this.reshape(x, [n, groups, -1])
    const fill = (value: number) => this.constant(Array<number>(groups).fill(value), dtype)
    const normal = this.emit(
      'InstanceNormalization',
      [this.sub(grouped, this.reduceMean(grouped, [2])), fill(1), fill(0)],
      { dtype, shape: grouped.shape },
      { attributes: { epsilon: float(eps) } },
    )
    const perChannel = [c, ...Array<number>(x.shape.length - 2).fill(1)]
    const scaled = this.mul(this.reshape(normal, x.shape), this.reshape(this.cast(weight, dtype), perChannel))
    return this.add(scaled, this.reshape(this.cast(bias, dtype), perChannel))
  }

  /** Builds with x in float32 and gives back x's own type: for norms and softmax of networks in float16. */
  inFloat32(x: Value, build: (x: Value) => Value): Value {
    return this.cast(build(this.cast(x, 'float32')), x.dtype)
  }

  /**
   * softmax(q kᵀ · scale + bias) v for `heads` heads, channel = head · width + i.
   *
   *   q [n, s, heads·d]   k [n, t, heads·d]   v [n, t, heads·e]   bias [n or 1, heads, s, t]   →  [n, s, heads·e]
   *
   * `fused` is onnxruntime's own kernel, which never holds all scores, for CPU and CUDA: on WebGPU it gave wrong numbers
   * from 32 queries on (onnxruntime 1.30, software Vulkan). `plain` is ONNX alone and right everywhere. `{ chunk }` is plain for so many queries at a time: scores take n · heads · chunk · t elements.
   */
  attention(q: Value, k: Value, v: Value, { heads, scale, bias, form = 'fused' }: AttentionOptions): Value {
    for (const value of [q, k, v]) this.rank('attention', value, 3)
    this.sameDim('attention', q, k, q.shape[2], k.shape[2])
    this.sameDim('attention', k, v, k.shape[1], v.shape[1])
    this.sameDim('attention', q, k, q.shape[0], k.shape[0])
    this.sameDim('attention', q, v, q.shape[0], v.shape[0])
    const width = Number(q.shape[2]) / heads
    if (!Number.isInteger(width) || !Number.isInteger(Number(v.shape[2]) / heads)) {
      this.fail(
        'graph/shape',
        `attention: ${q.shape[2]} channels in ${heads} heads, of ${shapeText(q.shape)}`,
      )
    }
    if (bias && shapeText(bias.shape.slice(1)) !== shapeText([heads, q.shape[1], k.shape[1]])) {
      this.fail(
        'graph/shape',
        `attention: a bias ${shapeText(bias.shape)} for ${shapeText(q.shape)}, ${shapeText(k.shape)}`,
      )
    }
    const factor = scale ?? 1 / Math.sqrt(width)
    if (form === 'fused') {
      const type = { dtype: this.sameType('attention', q, k, v), shape: [q.shape[0], q.shape[1], v.shape[2]] }
      const attributes = { num_heads: heads, scale: float(factor) }
      // Between v and the bias: biases of the projections, and a mask of whole keys.
      const inputs = [q, k, v, undefined, undefined, bias]
      return this.emit('MultiHeadAttention', inputs, type, { attributes, domain: CONTRIB })
    }
    const chunk = form === 'plain' ? undefined : form.chunk
    return this.#plainAttention(q, k, v, { heads, scale: factor, bias, chunk })
  }

  /**
   * Turns every pair of neighbours of a row: (a, b) → (a cos - b sin, b cos + a sin). onnxruntime's own kernel, of CPU,
   * CUDA and WebGPU; the same of plain operators takes 25 times as long on a CPU, where single elements are gathered.
   *
   *   x [n, s, c]   cos, sin [s, c/2]   →   [n, s, c]
   */
  rotatePairs(x: Value, cos: Value, sin: Value): Value {
    this.rank('rotatePairs', x, 3)
    for (const table of [cos, sin]) {
      this.rank('rotatePairs', table, 2)
      this.sameDim('rotatePairs', x, table, x.shape[1], table.shape[0])
      this.sameDim('rotatePairs', x, table, x.shape[2], multiplyDims(table.shape[1], 2))
    }
    const first = this.constant([0], 'int64') // the position of the first row
    const type = { dtype: this.sameType('rotatePairs', x, cos, sin), shape: x.shape }
    const options = { attributes: { interleaved: 1 }, domain: CONTRIB }
    return this.emit('RotaryEmbedding', [x, first, cos, sin], type, options)
  }

  #plainAttention(q: Value, k: Value, v: Value, { heads, scale, bias, chunk }: PlainAttention): Value {
    const byHead = (x: Value, order: number[]) =>
      this.transpose(this.reshape(x, [x.shape[0], x.shape[1], heads, Number(x.shape[2]) / heads]), order)
    const queries = this.mul(byHead(q, [0, 2, 1, 3]), scale) // [n, heads, s, d]
    const keys = byHead(k, [0, 2, 3, 1]) // [n, heads, d, t]
    const values = byHead(v, [0, 2, 1, 3]) // [n, heads, t, e]
    const cut = (x: Value) => (chunk === undefined ? [x] : this.split(x, this.#chunks(q, chunk), 2))
    const biases = bias && cut(bias)
    const mixed = cut(queries).map((part, i) => {
      const scores = this.matMul(part, keys)
      const weights = this.inFloat32(biases ? this.add(scores, biases[i]) : scores, (x) => this.softmax(x))
      return this.matMul(weights, values)
    })
    const shape: Shape = [q.shape[0], q.shape[1], v.shape[2]]
    return this.reshape(this.transpose(this.concat(mixed, 2), [0, 2, 1, 3]), shape)
  }

  #chunks(q: Value, chunk: number): number[] {
    const count = q.shape[1]
    if (typeof count !== 'number') {
      return this.fail(
        'graph/shape',
        `attention: chunks need a known number of queries, got ${shapeText(q.shape)}`,
      )
    }
    return Array.from({ length: Math.ceil(count / chunk) }, (_, i) => Math.min(chunk, count - i * chunk))
  }
}

/** How attention is computed; see `GraphBuilder.attention`. */
export type AttentionForm = 'fused' | 'plain' | { chunk: number }

interface AttentionOptions {
  heads: number
  /** 1/√(head width) unless given. */
  scale?: number
  /** Added to the scores, such as a bias by relative position. */
  bias?: Value
  form?: AttentionForm
}

interface PlainAttention {
  heads: number
  scale: number
  bias: Value | undefined
  chunk: number | undefined
}
