import { type Shape, shapeText } from './dims'
import { DTYPES, type DType, isFloat, type Value } from './graph'
import { GraphCore } from './graph-core'

/** A value, or a number that becomes a constant of the other operand's type. */
export type Operand = Value | number

const FOLD = {
  Add: (a: number, b: number) => a + b,
  Sub: (a: number, b: number) => a - b,
  Mul: (a: number, b: number) => a * b,
  Div: (a: number, b: number) => a / b,
}
/** x op identity = x. */
const RIGHT_IDENTITY: Record<string, number> = { Add: 0, Sub: 0, Mul: 1, Div: 1, Pow: 1 }

/** Operators that treat every element alone. Shapes broadcast as in NumPy. */
export class ElementwiseOps extends GraphCore {
  add = (a: Operand, b: Operand): Value => this.#binary('Add', a, b)
  sub = (a: Operand, b: Operand): Value => this.#binary('Sub', a, b)
  mul = (a: Operand, b: Operand): Value => this.#binary('Mul', a, b)
  div = (a: Operand, b: Operand): Value => this.#binary('Div', a, b)
  pow = (a: Operand, b: Operand): Value => this.#binary('Pow', a, b)
  min = (a: Operand, b: Operand): Value => this.#binary('Min', a, b)
  max = (a: Operand, b: Operand): Value => this.#binary('Max', a, b)
  equal = (a: Operand, b: Operand): Value => this.#binary('Equal', a, b, 'bool')
  less = (a: Operand, b: Operand): Value => this.#binary('Less', a, b, 'bool')
  greater = (a: Operand, b: Operand): Value => this.#binary('Greater', a, b, 'bool')

  and = (a: Value, b: Value): Value => this.#binary('And', a, b)
  or = (a: Value, b: Value): Value => this.#binary('Or', a, b)

  sqrt = (x: Value): Value => this.#unary('Sqrt', x)
  neg = (x: Value): Value => this.#unary('Neg', x)
  abs = (x: Value): Value => this.#unary('Abs', x)
  exp = (x: Value): Value => this.#unary('Exp', x)
  log = (x: Value): Value => this.#unary('Log', x)
  tanh = (x: Value): Value => this.#unary('Tanh', x)
  sigmoid = (x: Value): Value => this.#unary('Sigmoid', x)
  erf = (x: Value): Value => this.#unary('Erf', x)
  // On GPUs these two may be off by 2e-4 (Vulkan asks for no more): tables of positions belong into constants or inputs.
  sin = (x: Value): Value => this.#unary('Sin', x)
  cos = (x: Value): Value => this.#unary('Cos', x)
  relu = (x: Value): Value => this.#unary('Relu', x)
  reciprocal = (x: Value): Value => this.#unary('Reciprocal', x)
  floor = (x: Value): Value => this.#unary('Floor', x)
  not = (x: Value): Value => this.emit('Not', [x], x)

  /** x · σ(x) */
  silu = (x: Value): Value => this.mul(x, this.sigmoid(x))
  /** log(1 + eˣ) */
  softplus = (x: Value): Value => this.#unary('Softplus', x)
  /** x · tanh(log(1 + eˣ)) */
  mish = (x: Value): Value => this.mul(x, this.tanh(this.softplus(x)))
  /** x · σ(1.702 x), CLIP's approximation */
  quickGelu = (x: Value): Value => this.mul(x, this.sigmoid(this.mul(x, 1.702)))

  leakyRelu = (x: Value, slope = 0.01): Value =>
    this.emit('LeakyRelu', [x], x, { attributes: { alpha: { type: 'float', value: slope } } })

  /** `erf`: x/2 · (1 + erf(x/√2)), exact. `tanh`: x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))). */
  gelu(x: Value, form: 'erf' | 'tanh' = 'erf'): Value {
    // The order of these is the one that onnxruntime knows and fuses.
    if (form === 'erf') return this.mul(this.mul(x, this.add(this.erf(this.div(x, Math.SQRT2)), 1)), 0.5)
    const inner = this.mul(this.add(x, this.mul(this.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI))
    return this.mul(x, this.mul(this.add(this.tanh(inner), 1), 0.5))
  }

  clip(x: Value, low?: number, high?: number): Value {
    const bound = (value?: number) => (value === undefined ? undefined : this.constant(value, x.dtype))
    return this.emit('Clip', [x, bound(low), bound(high)], x)
  }

  cast(x: Value, dtype: DType): Value {
    if (x.dtype === dtype) return x
    const constant = this.constantOf(x)
    // Between floats and whole numbers the cut is the same everywhere; narrow integers would wrap.
    if (constant && (isFloat(dtype) || dtype === 'int64')) {
      const data = isFloat(dtype) ? constant.data : constant.data.map(Math.trunc)
      return this.constant(data, dtype, constant.shape)
    }
    return this.emit('Cast', [x], { dtype, shape: x.shape }, { attributes: { to: DTYPES[dtype].onnx } })
  }

  /** where(condition, a, b) */
  where(condition: Value, a: Operand, b: Operand): Value {
    const [left, right] = this.#operands(a, b)
    const dtype = this.sameType('Where', left, right)
    const shape = this.broadcast('Where', condition, { ...left, shape: this.broadcast('Where', left, right) })
    if (condition.dtype !== 'bool')
      this.fail('graph/dtype', `Where: the condition is ${condition.dtype}, not bool`)
    return this.emit('Where', [condition, left, right], { dtype, shape })
  }

  /** The shape that two values have together. */
  protected broadcast(op: string, a: Value, b: Value): Shape {
    const rank = Math.max(a.shape.length, b.shape.length)
    return Array.from({ length: rank }, (_, i) => {
      const left = a.shape[i - rank + a.shape.length] ?? 1
      const right = b.shape[i - rank + b.shape.length] ?? 1
      if (left === 1) return right
      return right === 1 ? left : this.sameDim(op, a, b, left, right)
    })
  }

  #operands(a: Operand, b: Operand): [Value, Value] {
    const dtype = typeof a === 'number' ? (typeof b === 'number' ? 'float32' : b.dtype) : a.dtype
    const value = (operand: Operand) =>
      typeof operand === 'number' ? this.constant(operand, dtype) : operand
    return [value(a), value(b)]
  }

  #binary(op: string, a: Operand, b: Operand, result?: DType): Value {
    if (typeof a !== 'number' && b === RIGHT_IDENTITY[op]) return a
    const [left, right] = this.#operands(a, b)
    const dtype = this.sameType(op, left, right)
    const [x, y] = [this.constantOf(left), this.constantOf(right)]
    if (op in FOLD && isFloat(dtype) && x?.data.length === 1 && y?.data.length === 1) {
      const shape = x.shape.length >= y.shape.length ? x.shape : y.shape
      return this.constant([FOLD[op as keyof typeof FOLD](x.data[0], y.data[0])], dtype, shape)
    }
    return this.emit(op, [left, right], { dtype: result ?? dtype, shape: this.broadcast(op, left, right) })
  }

  #unary(op: string, x: Value): Value {
    if (!isFloat(x.dtype) && op !== 'Neg' && op !== 'Abs' && op !== 'Relu') {
      this.fail('graph/dtype', `${op}: ${x.dtype} ${shapeText(x.shape)} is not a float`)
    }
    return this.emit(op, [x], { dtype: x.dtype, shape: x.shape })
  }
}
