import { ModelError } from '../errors'
import { damaged } from './tensor'

/**
 * An interpreter of the pickle opcodes with which tensors are saved: protocols 2 to 5 of Python's pickletools, without
 * those that only other objects need. It calls nothing but the functions its host knows, and those only build data.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleTuple
  | PickleDict
  | Set<PickleValue>
  | object

/** A dict; OrderedDict is one, too. */
export type PickleDict = Map<PickleValue, PickleValue>

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** A function or class that a pickle may name. */
export class PickleFunction {
  constructor(
    readonly name: string,
    /** Absent of classes that are only named. */
    readonly call?: (args: readonly PickleValue[]) => PickleValue,
  ) {}
}

/** An object of a class that is not known: it is described by the pickle and never made. */
export class Unmade {
  /** What it would be made of. */
  readonly parts: PickleValue[] = []

  constructor(readonly name: string) {}
}

export interface PickleHost {
  /** The name of the file, for messages. */
  name: string
  /** Undefined when the pickle must not name it, or only in what nobody reads. */
  find(name: string): PickleFunction | undefined
  /** Takes note of a name that is not known; whoever reads the result refuses it where it matters. */
  onUnmade(unmade: Unmade): void
  persistent(id: PickleValue): PickleValue
}

/**
 * Limits that no checkpoint of 60,000 tensors reaches and that keep the worst file we could make at 150 MB and two seconds.
 * A tensor takes six containers, some thirty values and ten places of the memo.
 */
const MAX_VALUES = 2_000_000
const MAX_CONTAINERS = 400_000
const MAX_MEMO = 1_000_000
const MAX_MARKS = 1000
const MAX_STRING_BYTES = 2 ** 20
const MAX_NAME_BYTES = 256
const MAX_INTEGER_BYTES = 255

const OPS = {
  128: 'PROTO',
  149: 'FRAME',
  46: 'STOP',
  40: 'MARK',
  48: 'POP',
  49: 'POP_MARK',
  50: 'DUP',
  78: 'NONE',
  136: 'NEWTRUE',
  137: 'NEWFALSE',
  74: 'BININT',
  75: 'BININT1',
  77: 'BININT2',
  138: 'LONG1',
  139: 'LONG4',
  71: 'BINFLOAT',
  88: 'BINUNICODE',
  140: 'SHORT_BINUNICODE',
  141: 'BINUNICODE8',
  66: 'BINBYTES',
  67: 'SHORT_BINBYTES',
  142: 'BINBYTES8',
  84: 'BINSTRING',
  85: 'SHORT_BINSTRING',
  41: 'EMPTY_TUPLE',
  116: 'TUPLE',
  133: 'TUPLE1',
  134: 'TUPLE2',
  135: 'TUPLE3',
  93: 'EMPTY_LIST',
  108: 'LIST',
  97: 'APPEND',
  101: 'APPENDS',
  125: 'EMPTY_DICT',
  100: 'DICT',
  115: 'SETITEM',
  117: 'SETITEMS',
  143: 'EMPTY_SET',
  144: 'ADDITEMS',
  145: 'FROZENSET',
  104: 'BINGET',
  106: 'LONG_BINGET',
  113: 'BINPUT',
  114: 'LONG_BINPUT',
  148: 'MEMOIZE',
  99: 'GLOBAL',
  147: 'STACK_GLOBAL',
  82: 'REDUCE',
  129: 'NEWOBJ',
  98: 'BUILD',
  81: 'BINPERSID',
} as const

/** Opcodes that are known and not obeyed, so that a refusal can say their names. */
const REFUSED: Record<number, string> = {
  70: 'FLOAT',
  73: 'INT',
  76: 'LONG',
  80: 'PERSID',
  83: 'STRING',
  86: 'UNICODE',
  103: 'GET',
  105: 'INST',
  111: 'OBJ',
  112: 'PUT',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  146: 'NEWOBJ_EX',
  150: 'BYTEARRAY8',
  151: 'NEXT_BUFFER',
  152: 'READONLY_BUFFER',
}

export function readPickle(bytes: Uint8Array, host: PickleHost): PickleValue {
  return new Machine(bytes, host).run()
}

class Machine {
  readonly #view: DataView
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true })
  readonly #latin1 = new TextDecoder('latin1')
  readonly #stack: PickleValue[] = []
  /** Heights of the stack at its open marks. */
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PickleValue>()
  #at = 0
  #values = 0
  #containers = 0

  constructor(
    readonly bytes: Uint8Array,
    readonly host: PickleHost,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): PickleValue {
    for (;;) {
      const code = this.#u8()
      const op = OPS[code as keyof typeof OPS]
      switch (op) {
        case 'PROTO': {
          const protocol = this.#u8()
          if (protocol >= 2 && protocol <= 5) break
          throw refusedPickle(this.host.name, `pickle protocol ${protocol}`, 'Protocols 2 to 5 can be read.')
        }
        case 'FRAME':
          this.#skip(8)
          break
        case 'STOP':
          return this.#pop()
        case 'MARK':
          if (this.#marks.push(this.#stack.length) > MAX_MARKS) throw this.#tooLarge('open marks', MAX_MARKS)
          break
        case 'POP':
          if (this.#stack.length > this.#floor()) this.#stack.pop()
          else if (this.#marks.pop() === undefined) throw this.#broken('takes from an empty stack')
          break
        case 'POP_MARK':
          this.#popMark()
          break
        case 'DUP':
          this.#push(this.#top())
          break
        case 'NONE':
          this.#push(null)
          break
        case 'NEWTRUE':
          this.#push(true)
          break
        case 'NEWFALSE':
          this.#push(false)
          break
        case 'BININT':
          this.#push(this.#view.getInt32(this.#skip(4), true))
          break
        case 'BININT1':
          this.#push(this.#u8())
          break
        case 'BININT2':
          this.#push(this.#view.getUint16(this.#skip(2), true))
          break
        case 'LONG1':
          this.#push(this.#integer(this.#u8()))
          break
        case 'LONG4':
          this.#push(this.#integer(this.#u32()))
          break
        case 'BINFLOAT':
          this.#push(this.#view.getFloat64(this.#skip(8)))
          break
        case 'BINUNICODE':
          this.#push(this.#text(this.#u32()))
          break
        case 'SHORT_BINUNICODE':
          this.#push(this.#text(this.#u8()))
          break
        case 'BINUNICODE8':
          this.#push(this.#text(this.#u64()))
          break
        case 'BINBYTES':
          this.#push(this.#slice(this.#u32()))
          break
        case 'SHORT_BINBYTES':
          this.#push(this.#slice(this.#u8()))
          break
        case 'BINBYTES8':
          this.#push(this.#slice(this.#u64()))
          break
        case 'BINSTRING': // of Python 2: bytes that are names
          this.#push(this.#latin1.decode(this.#slice(this.#u32())))
          break
        case 'SHORT_BINSTRING':
          this.#push(this.#latin1.decode(this.#slice(this.#u8())))
          break
        case 'EMPTY_TUPLE':
          this.#make(new PickleTuple([]))
          break
        case 'TUPLE':
          this.#make(new PickleTuple(this.#popMark()))
          break
        case 'TUPLE1':
          this.#make(new PickleTuple(this.#popMany(1)))
          break
        case 'TUPLE2':
          this.#make(new PickleTuple(this.#popMany(2)))
          break
        case 'TUPLE3':
          this.#make(new PickleTuple(this.#popMany(3)))
          break
        case 'EMPTY_LIST':
          this.#make([])
          break
        case 'LIST':
          this.#make(this.#popMark())
          break
        case 'APPEND': {
          const [item] = this.#popMany(1)
          this.#topList().push(item!)
          break
        }
        case 'APPENDS': {
          const items = this.#popMark()
          const list = this.#topList()
          for (const item of items) list.push(item)
          break
        }
        case 'EMPTY_DICT':
          this.#make(new Map())
          break
        case 'DICT': {
          const items = this.#popMark()
          const made: PickleDict = new Map()
          this.#setItems(made, items)
          this.#make(made)
          break
        }
        case 'SETITEM': {
          const items = this.#popMany(2)
          this.#setItems(this.#topDict(), items)
          break
        }
        case 'SETITEMS': {
          const items = this.#popMark()
          this.#setItems(this.#topDict(), items)
          break
        }
        case 'EMPTY_SET':
          this.#make(new Set())
          break
        case 'ADDITEMS': {
          const items = this.#popMark()
          const set = this.#top()
          if (!(set instanceof Set)) throw this.#broken('adds items to what is no set')
          for (const item of items) set.add(item)
          break
        }
        case 'FROZENSET':
          this.#make(new Set(this.#popMark()))
          break
        case 'BINGET':
          this.#push(this.#recall(this.#u8()))
          break
        case 'LONG_BINGET':
          this.#push(this.#recall(this.#u32()))
          break
        case 'BINPUT':
          this.#keep(this.#u8())
          break
        case 'LONG_BINPUT':
          this.#keep(this.#u32())
          break
        case 'MEMOIZE':
          this.#keep(this.#memo.size)
          break
        case 'GLOBAL': {
          const module = this.#line()
          this.#push(this.#find(module, this.#line()))
          break
        }
        case 'STACK_GLOBAL': {
          const [module, name] = this.#popMany(2)
          if (typeof module !== 'string' || typeof name !== 'string')
            throw this.#broken('names a function by no text')
          this.#push(this.#find(module, name))
          break
        }
        case 'REDUCE': {
          const [callee, args] = this.#popMany(2)
          if (callee instanceof Unmade) {
            callee.parts.push(args!)
            this.#make(callee)
            break
          }
          if (!(callee instanceof PickleFunction) || !callee.call || !(args instanceof PickleTuple)) {
            const what = callee instanceof PickleFunction ? callee.name : 'something that is no function'
            throw this.#refuse(`a call of ${what}`)
          }
          this.#make(callee.call(args.items))
          break
        }
        case 'NEWOBJ': {
          const [made, args] = this.#popMany(2)
          if (!(made instanceof Unmade)) throw this.#refuse('opcode NEWOBJ')
          made.parts.push(args!)
          this.#make(made)
          break
        }
        case 'BUILD': {
          // State dicts carry their format's version as an attribute (`_metadata`), which says nothing about tensors.
          const [state] = this.#popMany(1)
          const object = this.#top()
          if (object instanceof Unmade) object.parts.push(state!)
          if (object instanceof Unmade || (object instanceof Map && state instanceof Map)) break
          throw this.#refuse('the attributes of an object (opcode BUILD)')
        }
        case 'BINPERSID':
          this.#push(this.host.persistent(this.#pop()))
          break
        case undefined: {
          const name = REFUSED[code]
          throw name
            ? this.#refuse(`opcode ${name}`)
            : this.#broken(`has the unknown opcode 0x${code.toString(16)}`)
        }
      }
    }
  }

  #find(module: string, name: string): PickleFunction | Unmade {
    if (module.length > MAX_NAME_BYTES || name.length > MAX_NAME_BYTES)
      throw this.#tooLarge('characters in a name', MAX_NAME_BYTES)
    const found = this.host.find(`${module}.${name}`)
    if (found) return found
    const unmade = new Unmade(`${module}.${name}`)
    this.host.onUnmade(unmade)
    return unmade
  }

  #push(value: PickleValue): void {
    if (++this.#values > MAX_VALUES) throw this.#tooLarge('values', MAX_VALUES)
    this.#stack.push(value)
  }

  #make(container: PickleValue): void {
    if (++this.#containers > MAX_CONTAINERS) throw this.#tooLarge('lists, tuples and dicts', MAX_CONTAINERS)
    this.#push(container)
  }

  /** Nothing below the last mark can be taken. */
  #floor(): number {
    return this.#marks.at(-1) ?? 0
  }

  #top(): PickleValue {
    if (this.#stack.length <= this.#floor()) throw this.#broken('takes from an empty stack')
    return this.#stack.at(-1)!
  }

  #topList(): PickleValue[] {
    const list = this.#top()
    if (!Array.isArray(list)) throw this.#broken('appends to what is no list')
    return list
  }

  #topDict(): PickleDict {
    const dict = this.#top()
    if (!(dict instanceof Map)) throw this.#broken('sets items of what is no dict')
    return dict
  }

  #pop(): PickleValue {
    return this.#popMany(1)[0]!
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length < this.#floor() + count) throw this.#broken('takes from an empty stack')
    return this.#stack.splice(this.#stack.length - count)
  }

  #popMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw this.#broken('closes a mark that was never opened')
    return this.#stack.splice(mark)
  }

  #setItems(dict: PickleDict, items: readonly PickleValue[]): void {
    if (items.length % 2 !== 0) throw this.#broken('has a key without a value')
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!)
  }

  #recall(index: number): PickleValue {
    const value = this.#memo.get(index)
    if (value === undefined) throw this.#broken(`recalls value ${index}, which it never kept`)
    return value
  }

  #keep(index: number): void {
    this.#memo.set(index, this.#top())
    if (this.#memo.size > MAX_MEMO) throw this.#tooLarge('kept values', MAX_MEMO)
  }

  /** Moves on by so many bytes; returns where they start. */
  #skip(count: number): number {
    const start = this.#at
    if (start + count > this.bytes.length) throw this.#broken('is cut off')
    this.#at += count
    return start
  }

  #u8(): number {
    return this.bytes[this.#skip(1)]!
  }

  #u32(): number {
    return this.#view.getUint32(this.#skip(4), true)
  }

  #u64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true))
  }

  #slice(length: number): Uint8Array {
    if (length > MAX_STRING_BYTES) throw this.#tooLarge('bytes in a text', MAX_STRING_BYTES)
    const start = this.#skip(length)
    return this.bytes.subarray(start, start + length)
  }

  #text(length: number): string {
    try {
      return this.#utf8.decode(this.#slice(length))
    } catch (cause) {
      throw cause instanceof ModelError ? cause : this.#broken('has a text that is not UTF-8')
    }
  }

  #line(): string {
    const end = this.bytes.subarray(this.#at, this.#at + MAX_NAME_BYTES + 1).indexOf(10)
    if (end < 0) throw this.#broken('has a name without an end')
    const start = this.#skip(end + 1)
    return this.#latin1.decode(this.bytes.subarray(start, start + end))
  }

  /** Two's complement, little-endian. */
  #integer(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES) throw this.#tooLarge('bytes in a number', MAX_INTEGER_BYTES)
    const start = this.#skip(length)
    const hex = Buffer.from(this.bytes.slice(start, start + length).reverse()).toString('hex')
    const value = BigInt.asIntN(length * 8, BigInt(`0x${hex || '0'}`))
    const small = Number(value)
    return Number.isSafeInteger(small) ? small : value
  }

  #broken(what: string): ModelError {
    return damaged(this.host.name, `its pickle ${what} (byte ${this.#at})`)
  }

  #tooLarge(what: string, most: number): ModelError {
    return new ModelError(
      'weights/too-large',
      `${this.host.name}: its pickle has more than ${most} ${what}.`,
      {
        hint: 'No checkpoint needs as much; save the tensors alone, or as safetensors.',
      },
    )
  }

  #refuse(what: string): ModelError {
    return refusedPickle(this.host.name, what)
  }
}

export function refusedPickle(file: string, what: string, why = 'Nothing was executed.'): ModelError {
  return new ModelError('weights/refused', `${file}: its pickle asks for ${what}, which is refused.`, {
    hint: `${why} If you trust the file, load it where it was made and save its state dict alone, or as safetensors.`,
  })
}
