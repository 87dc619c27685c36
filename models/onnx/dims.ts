import { ModelError } from '../errors'

/**
 * A size along an axis: a number, a symbol (`frames`), or an expression of symbols (`2*h + 1`, `floor((h - 1)/2)`).
 * Expressions are kept as text in one canonical form, so that equal sizes are equal strings.
 */
export type Dim = number | string
export type Shape = readonly Dim[]

/**
 * A polynomial: coefficient of each monomial. A monomial is its factors, sorted and joined by `*` ('' is 1); a factor is
 * a symbol or a whole `floor(…/n)`.
 */
type Polynomial = Map<string, number>

const parsed = new Map<string, Polynomial>()

function polynomial(dim: Dim): Polynomial {
  if (typeof dim === 'number') return new Map(dim === 0 ? [] : [['', dim]])
  const known = parsed.get(dim)
  if (known) return known
  const made = parse(dim)
  parsed.set(dim, made)
  return made
}

/** sum := product (± product)*; product := atom (* atom)*; atom := number | symbol | (sum) | floor(sum/number) */
function parse(text: string): Polynomial {
  const tokens = text.match(/[A-Za-z_][\w.]*|\d+|[-+*/()]|\S/g) ?? []
  let at = 0
  const refuse = (): never => {
    throw new ModelError('graph/dimension', `"${text}" is not a size.`, {
      hint: 'Sizes are numbers, symbols, and sums and products of them, such as 2*h + 1.',
    })
  }
  const expect = (token: string) => (tokens[at++] === token ? undefined : refuse())
  const atom = (): Polynomial => {
    const token = tokens[at++] ?? refuse()
    if (/^\d/.test(token)) return polynomial(Number(token))
    if (token === '-') return multiply(polynomial(-1), atom())
    if (token === '(') {
      const inner = total()
      expect(')')
      return inner
    }
    if (!/^[A-Za-z_]/.test(token)) return refuse()
    if (token !== 'floor') return new Map([[token, 1]])
    expect('(')
    const inner = total()
    expect('/')
    const divisor = Number(tokens[at++])
    expect(')')
    return divisor >= 1 ? floorQuotient(inner, divisor) : refuse()
  }
  const product = (): Polynomial => {
    let left = atom()
    while (tokens[at] === '*') {
      at++
      left = multiply(left, atom())
    }
    return left
  }
  function total(): Polynomial {
    let left = product()
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = tokens[at++] === '+' ? 1 : -1
      left = sum(left, multiply(polynomial(sign), product()))
    }
    return left
  }
  const made = total()
  return at === tokens.length ? made : refuse()
}

function sum(a: Polynomial, b: Polynomial): Polynomial {
  const result = new Map(a)
  for (const [monomial, coefficient] of b) {
    const value = (result.get(monomial) ?? 0) + coefficient
    if (value === 0) result.delete(monomial)
    else result.set(monomial, value)
  }
  return result
}

/** `floor(…)` may contain `*`: factors are split outside of parentheses only. */
function factorsOf(monomial: string): string[] {
  const factors: string[] = []
  let depth = 0
  let factor = ''
  for (const char of monomial) {
    if (char === '(') depth++
    if (char === ')') depth--
    if (char === '*' && depth === 0) {
      factors.push(factor)
      factor = ''
    } else factor += char
  }
  return factor === '' ? factors : [...factors, factor]
}

function multiply(a: Polynomial, b: Polynomial): Polynomial {
  let result: Polynomial = new Map()
  for (const [m, x] of a) {
    for (const [n, y] of b) {
      result = sum(result, new Map([[[...factorsOf(m), ...factorsOf(n)].sort().join('*'), x * y]]))
    }
  }
  return result
}

/** floor((n·q + r)/n) = q + floor(r/n): what divides evenly leaves the brackets. */
function floorQuotient(p: Polynomial, divisor: number): Polynomial {
  let whole: Polynomial = new Map()
  let rest: Polynomial = new Map()
  for (const [monomial, coefficient] of p) {
    const quotient = Math.floor(coefficient / divisor)
    const remainder = coefficient - quotient * divisor
    whole = sum(whole, quotient === 0 ? new Map() : new Map([[monomial, quotient]]))
    rest = sum(rest, remainder === 0 ? new Map() : new Map([[monomial, remainder]]))
  }
  if ([...rest.keys()].every((monomial) => monomial === '')) return whole
  const inner = text(rest)
  const atom = `floor(${/[-+]/.test(inner.slice(1)) ? `(${inner})` : inner}/${divisor})`
  return sum(whole, new Map([[atom, 1]]))
}

function text(p: Polynomial): string {
  const terms = [...p].sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
  let written = ''
  for (const [monomial, coefficient] of terms) {
    const size = Math.abs(coefficient)
    const term = monomial === '' ? `${size}` : size === 1 ? monomial : `${size}*${monomial}`
    if (written === '') written = coefficient < 0 ? `-${term}` : term
    else written += coefficient < 0 ? ` - ${term}` : ` + ${term}`
  }
  return written || '0'
}

function dimOf(p: Polynomial): Dim {
  if (p.size === 0) return 0
  if (p.size === 1 && p.has('')) return p.get('')!
  const written = text(p)
  parsed.set(written, p)
  return written
}

/** The canonical form of a size; throws on text that is none. */
export const toDim = (dim: Dim): Dim => (typeof dim === 'number' ? dim : dimOf(polynomial(dim)))

export const addDims = (...dims: Dim[]): Dim => dimOf(dims.map(polynomial).reduce(sum, new Map()))
export const multiplyDims = (...dims: Dim[]): Dim =>
  dimOf(dims.map(polynomial).reduce(multiply, polynomial(1)))
export const subtractDims = (a: Dim, b: Dim): Dim => addDims(a, multiplyDims(-1, b))
export const floorDivide = (a: Dim, divisor: number): Dim => dimOf(floorQuotient(polynomial(a), divisor))

/** a / b where that is exact whatever the symbols are, else undefined. */
export function divideExactly(a: Dim, b: Dim): Dim | undefined {
  if (a === b) return 1
  const divisor = [...polynomial(b)]
  if (divisor.length !== 1) return undefined
  const [monomial, coefficient] = divisor[0]
  const result: Polynomial = new Map()
  for (const [m, x] of polynomial(a)) {
    const factors = factorsOf(m)
    for (const factor of factorsOf(monomial)) {
      const index = factors.indexOf(factor)
      if (index < 0) return undefined
      factors.splice(index, 1)
    }
    if (x % coefficient !== 0) return undefined
    result.set(factors.join('*'), x / coefficient)
  }
  return dimOf(result)
}

/** Symbols that occur in a size. */
export function symbolsOf(dim: Dim): string[] {
  if (typeof dim === 'number') return []
  return [...new Set(dim.match(/[A-Za-z_][\w.]*/g) ?? [])].filter((word) => word !== 'floor')
}

/** The number that a size is once its symbols have values. */
export function evaluateDim(dim: Dim, bindings: Readonly<Record<string, number>>): number {
  let total = 0
  for (const [monomial, coefficient] of polynomial(dim)) {
    total += factorsOf(monomial).reduce(
      (product, factor) => product * factorValue(factor, bindings),
      coefficient,
    )
  }
  return total
}

function factorValue(factor: string, bindings: Readonly<Record<string, number>>): number {
  const division = floorParts(factor)
  if (division) return Math.floor(evaluateDim(division.dividend, bindings) / division.divisor)
  const value = bindings[factor]
  if (value !== undefined) return value
  throw new ModelError('graph/unbound', `The size "${factor}" has no value.`, {
    hint: `Bind it: { ${[...Object.keys(bindings), factor].join(', ')} }.`,
  })
}

function floorParts(factor: string): { dividend: string; divisor: number } | undefined {
  const match = /^floor\((.*)\/(\d+)\)$/.exec(factor)
  return match ? { dividend: match[1], divisor: Number(match[2]) } : undefined
}

/** The terms of a size, for emitting operators that compute it: Σ coefficient · Π factors. */
export function termsOf(dim: Dim) {
  return [...polynomial(dim)].map(([monomial, coefficient]) => ({
    coefficient,
    factors: factorsOf(monomial).map((factor) => floorParts(factor) ?? factor),
  }))
}

export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`

/** Product of the sizes. */
export const elementCount = (shape: Shape): Dim => multiplyDims(...shape)
