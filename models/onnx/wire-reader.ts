import type { ByteSource } from '../weights/byte-source'
import { damaged } from '../weights/tensor'

/** How a field's value is written. */
export const WIRE = { varint: 0, eight: 1, bytes: 2, four: 5 } as const

/** Bytes that are read at once; what is skipped is not read at all. */
const WINDOW = 2 ** 16

/** Reads protobuf front to back without holding more than a window of it. */
export class WireReader {
  at = 0
  #window: Uint8Array = new Uint8Array(0)
  #start = 0

  constructor(readonly source: ByteSource) {}

  /** Unsigned, up to 2^53; what is larger (a negative number) is not exact. */
  varint(): number {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return value
    }
    throw this.damaged('a number in it does not end')
  }

  tag(): { id: number; wire: number } {
    const tag = this.varint()
    return { id: Math.floor(tag / 8), wire: tag % 8 }
  }

  /** Where the message, text or bytes end that begin here. */
  end(limit: number): number {
    const length = this.varint()
    if (this.at + length > limit) throw this.damaged(`a part of it says that it has ${length} bytes`)
    return this.at + length
  }

  text(end: number, most: number): string {
    if (end - this.at > most) throw this.damaged(`a name in it has ${end - this.at} bytes`)
    const bytes = this.source.head(this.at, end - this.at)
    this.at = end
    return new TextDecoder().decode(bytes)
  }

  skip(wire: number, limit: number): void {
    if (wire === WIRE.varint) this.varint()
    else if (wire === WIRE.eight) this.at += 8
    else if (wire === WIRE.four) this.at += 4
    else if (wire === WIRE.bytes) this.at = this.end(limit)
    else throw this.damaged(`it has a field of the kind ${wire}`)
    if (this.at > limit) throw this.damaged('a field of it does not end')
  }

  damaged(why: string) {
    return damaged(this.source.name, why)
  }

  #byte(): number {
    if (this.at < this.#start || this.at >= this.#start + this.#window.length) {
      const length = Math.min(WINDOW, this.source.bytes - this.at)
      if (length <= 0) throw this.damaged('it ends early')
      this.#window = this.source.head(this.at, length)
      this.#start = this.at
    }
    return this.#window[this.at++ - this.#start]
  }
}
