export type Arithmetic = { ok: true; value: number } | { ok: false; message: string }

/**
 * What somebody typed into a number field: a number or a sum, `25*1.5`, `(3+1)/2`, `-.5`, `1,5`, with the unit of the
 * field behind it or not. No names and no functions: this is arithmetic, not code.
 */
export function evaluateArithmetic(text: string, unit = ''): Arithmetic {
  let source = text.trim()
  if (unit && source.toLowerCase().endsWith(unit.toLowerCase())) source = source.slice(0, -unit.length).trim()
  if (source === '') return refuse('Type a number.')
  const parser = new Parser(source.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-'))
  const value = parser.sum()
  if (value === undefined || !parser.atEnd()) return refuse(`“${text.trim()}” is not a number or a sum.`)
  if (!Number.isFinite(value)) return refuse(`“${text.trim()}” has no finite result.`)
  return { ok: true, value: Number(value.toPrecision(12)) } // 0.1+0.2 is 0.3 to whoever typed it
}

const refuse = (message: string): Arithmetic => ({ ok: false, message })

/** Recursive descent; every method returns undefined when the text does not fit. */
class Parser {
  private at = 0
  private depth = 0
  constructor(private readonly text: string) {}

  atEnd(): boolean {
    this.skipSpace()
    return this.at === this.text.length
  }

  sum(): number | undefined {
    let left = this.product()
    for (let sign = this.take('+-'); sign; sign = this.take('+-')) {
      const right = this.product()
      if (left === undefined || right === undefined) return undefined
      left = sign === '+' ? left + right : left - right
    }
    return left
  }

  private product(): number | undefined {
    let left = this.signed()
    for (let sign = this.take('*/'); sign; sign = this.take('*/')) {
      const right = this.signed()
      if (left === undefined || right === undefined) return undefined
      left = sign === '*' ? left * right : left / right
    }
    return left
  }

  private signed(): number | undefined {
    const sign = this.take('+-')
    const value = this.take('(') ? this.bracketed() : this.number()
    return value === undefined || sign !== '-' ? value : -value
  }

  private bracketed(): number | undefined {
    if (++this.depth > 50) return undefined
    const value = this.sum()
    this.depth--
    return this.take(')') ? value : undefined
  }

  private number(): number | undefined {
    this.skipSpace()
    const found = /^(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?/i.exec(this.text.slice(this.at))
    if (!found) return undefined
    this.at += found[0].length
    return Number(found[0].replace(',', '.'))
  }

  private take(any: string): string | undefined {
    this.skipSpace()
    const char = this.text[this.at]
    if (char === undefined || !any.includes(char)) return undefined
    this.at++
    return char
  }

  private skipSpace(): void {
    while (this.text[this.at] === ' ') this.at++
  }
}
