import { StudioError } from '../../core/errors'

/** Objects and lists may lie this deep in each other; pose files need five levels. */
const MAX_DEPTH = 32

/** Different keys of one object that are told apart; pose files have under ten. */
const MAX_KEYS = 1_000

/** Longest text of a key or value, bytes; only names are read, never prose. */
const MAX_TEXT_BYTES = 1_000

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`)) // exact in float64 up to 1e22

/**
 * Reads JSON (RFC 8259) value by value as the caller asks for it. `JSON.parse` would build every array of a file
 * first, which lets a small hostile file take gigabytes; here memory is what the caller keeps, and no object with
 * keys from the file ever exists.
 *
 * Every method throws StudioError `pose/not-json` where the text is broken, `pose/format` where it is not what was
 * asked for.
 */
export class JsonReader {
  /** Says, for a message, what is being read: "frame 3, point 7 (left wrist)". */
  place: (() => string) | undefined
  private at = 0
  private depth = 0

  /** `bytes`: UTF-8; a byte order mark is skipped. */
  constructor(private readonly bytes: Uint8Array) {
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3
  }

  /** What comes next, without reading it. */
  peek(): 'object' | 'array' | 'string' | 'number' | 'literal' {
    const c = this.next()
    if (c === OPEN_BRACE) return 'object'
    if (c === OPEN_BRACKET) return 'array'
    if (c === QUOTE) return 'string'
    if (c === MINUS || isDigit(c)) return this.bytes[this.at + 1] === CAPITAL_I ? 'literal' : 'number'
    return 'literal'
  }

  /** Reads an object; `onKey` must read the value of each key (or `skip` it). */
  object(onKey: (key: string) => void): void {
    this.open(OPEN_BRACE, 'an object')
    const seen = new Set<string>()
    let ended = this.next() === CLOSE_BRACE
    while (!ended) {
      const key = this.string()
      if (seen.has(key)) this.fail(`"${key}" appears twice`)
      if (seen.size >= MAX_KEYS) this.fail(`an object has more than ${MAX_KEYS} keys`)
      seen.add(key)
      if (this.next() !== COLON) this.fail('":" is missing after a key')
      this.at++
      onKey(key)
      ended = this.comma(CLOSE_BRACE)
    }
    this.close()
  }

  /** Reads a list; `onItem` must read each item. @returns the number of items. */
  array(onItem: (index: number) => void): number {
    this.open(OPEN_BRACKET, 'a list')
    let count = 0
    let ended = this.next() === CLOSE_BRACKET
    while (!ended) {
      onItem(count++)
      ended = this.comma(CLOSE_BRACKET)
    }
    this.close()
    return count
  }

  /** Reads a number; `NaN`, `Infinity` and `-Infinity`, which some writers emit, come back as such. */
  number(): number {
    const start = this.at
    if (this.peek() !== 'number') {
      const literal = this.literal()
      if (literal === 'NaN') return Number.NaN
      if (literal === 'Infinity') return Number.POSITIVE_INFINITY
      if (literal === '-Infinity') return Number.NEGATIVE_INFINITY
      this.at = start
      this.unexpected('a number')
    }
    return this.readNumber()
  }

  string(): string {
    if (this.next() !== QUOTE) this.unexpected('a text in quotes')
    const start = ++this.at
    let escaped = false
    for (;;) {
      const c = this.bytes[this.at]
      if (c === undefined) this.fail('the text breaks off inside quotes')
      if (c === QUOTE) break
      if (c === BACKSLASH) {
        escaped = true
        this.at++
      }
      this.at++
      if (this.at - start > MAX_TEXT_BYTES) this.fail(`a text is longer than ${MAX_TEXT_BYTES} bytes`)
    }
    const text = new TextDecoder().decode(this.bytes.subarray(start, this.at))
    this.at++
    if (!escaped) return text
    try {
      return String(JSON.parse(`"${text}"`))
    } catch {
      this.fail('a text contains an escape that does not exist')
    }
  }

  /** Reads `null` when it comes next. */
  skipNull(): boolean {
    if (this.next() !== SMALL_N || this.bytes[this.at + 1] !== SMALL_U) return false
    if (this.literal() !== 'null') this.fail('null is misspelt')
    return true
  }

  /** Reads a value of any kind and forgets it. */
  skip(): void {
    const kind = this.peek()
    if (kind === 'object') this.object(() => this.skip())
    else if (kind === 'array') this.array(() => this.skip())
    else if (kind === 'string') this.skipString()
    else if (kind === 'number') this.readNumber()
    else {
      const literal = this.literal()
      if (!LITERALS.has(literal)) this.fail(`${literal || this.describeNext()} is not a value`)
    }
  }

  /** Nothing but white space may follow. */
  end(): void {
    this.space()
    if (this.at < this.bytes.length) this.fail(`${this.describeNext()} follows after the end`)
  }

  fail(problem: string): never {
    throw new StudioError('pose/not-json', `The pose file is not valid JSON: ${problem} (byte ${this.at}).`, {
      hint: 'Export the file again, or open it in a text editor to see whether it was cut off.',
    })
  }

  private unexpected(wanted: string): never {
    const [where, byte] = [this.place?.(), this.at]
    const found = { object: 'an object', array: 'a list', string: 'a text', number: 'a number', literal: '' }
    const what = found[this.peek()] || this.literal() || this.describeNext()
    throw new StudioError(
      'pose/format',
      `The pose file cannot be used: ${where ? `${where}: ` : ''}${wanted} is expected, found ${what} (byte ${byte}).`,
      { hint: 'Check which program wrote the file; a missing point is written as 0, 0 with score 0.' },
    )
  }

  private skipString(): void {
    for (this.at++; ; this.at++) {
      const c = this.bytes[this.at]
      if (c === undefined) this.fail('the text breaks off inside quotes')
      if (c === QUOTE) break
      if (c === BACKSLASH) this.at++
    }
    this.at++
  }

  private open(bracket: number, what: string): void {
    if (this.next() !== bracket) this.unexpected(what)
    if (++this.depth > MAX_DEPTH) this.fail(`values lie more than ${MAX_DEPTH} levels deep`)
    this.at++
  }

  private close(): void {
    this.depth--
    this.at++
  }

  /** Reads a comma, or leaves the closing bracket to be read. @returns whether the list ends here. */
  private comma(closing: number): boolean {
    const c = this.next()
    if (c === closing) return true
    if (c !== COMMA) this.fail(`"," or the end of a list is expected, found ${this.describeNext()}`)
    this.at++
    return false
  }

  private literal(): string {
    this.space()
    const start = this.at
    while (this.at - start < 10 && isLetter(this.bytes[this.at])) this.at++
    return String.fromCharCode(...this.bytes.subarray(start, this.at))
  }

  /**
   * Up to 15 digits and a small exponent are exact in float64, and one division of exact numbers rounds correctly;
   * anything longer goes through `Number`.
   */
  private readNumber(): number {
    const bytes = this.bytes
    const start = this.at
    const negative = bytes[this.at] === MINUS
    if (negative) this.at++
    const first = this.at
    let mantissa = 0
    while (isDigit(bytes[this.at])) mantissa = mantissa * 10 + bytes[this.at++] - ZERO
    let digits = this.at - first
    if (digits === 0) this.fail('a digit is missing')
    if (digits > 1 && bytes[first] === ZERO) this.fail('a number starts with 0')
    let decimals = 0
    if (bytes[this.at] === POINT) {
      const point = this.at++
      while (isDigit(bytes[this.at])) mantissa = mantissa * 10 + bytes[this.at++] - ZERO
      decimals = this.at - point - 1
      if (decimals === 0) this.fail('a digit is missing after the decimal point')
      digits += decimals
    }
    const hasExponent = (bytes[this.at] | 0x20) === SMALL_E
    if (hasExponent) this.readExponent()
    if (hasExponent || digits > 15) return Number(this.text(start))
    const value = mantissa / POWERS_OF_TEN[decimals]
    return negative ? -value : value
  }

  private readExponent(): void {
    this.at++
    if (this.bytes[this.at] === MINUS || this.bytes[this.at] === PLUS) this.at++
    const first = this.at
    while (isDigit(this.bytes[this.at])) this.at++
    if (this.at === first) this.fail('a digit is missing after the exponent')
  }

  /** The bytes from `start` to here, which are all ASCII. */
  private text(start: number): string {
    if (this.at - start > MAX_TEXT_BYTES) this.fail(`a number has more than ${MAX_TEXT_BYTES} digits`)
    return String.fromCharCode(...this.bytes.subarray(start, this.at))
  }

  /** The next byte that is not white space; fails at the end of the file. */
  private next(): number {
    this.space()
    if (this.at >= this.bytes.length) this.fail('the text breaks off')
    return this.bytes[this.at]
  }

  private space(): void {
    let c = this.bytes[this.at]
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = this.bytes[++this.at]
  }

  private describeNext(): string {
    const c = this.bytes[this.at]
    if (c === undefined) return 'nothing'
    return c > 0x20 && c < 0x7f ? `"${String.fromCharCode(c)}"` : `byte 0x${c.toString(16).padStart(2, '0')}`
  }
}

const LITERALS = new Set(['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'])

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const CAPITAL_I = 0x49
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const SMALL_E = 0x65
const SMALL_N = 0x6e
const SMALL_U = 0x75
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39
const isLetter = (c: number): boolean => (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === MINUS
