import protobuf from 'protobufjs/light.js'
import { ModelError } from '../errors'
import { type ByteSource, FileSource } from '../weights/byte-source'
import { ModelProto } from './onnx-schema'
import { WIRE, WireReader } from './wire-reader'

/** Where operators may come from: ONNX itself (two names), and what onnxruntime has built in. */
const KNOWN_DOMAINS: readonly string[] = ['', 'ai.onnx', 'com.microsoft']

/** Far above any network we run (the denoising UNet has some 5,000 nodes), far below what would fill the memory. */
const LIMITS = {
  bytes: 2 ** 31, // of a protobuf message
  nodes: 100_000,
  /** Fields of all messages, so that no file keeps us busy for long. */
  fields: 10_000_000,
  /** Messages in messages, so graphs in graphs about a third of it. */
  depth: 32,
  nameBytes: 4096,
} as const

export interface ModelFacts {
  nodes: number
  /** Version by domain. */
  opsets: Record<string, number>
}

/**
 * Looks through an ONNX file of somebody else before a session opens it: no tensor lies outside of the file, operators
 * come from known domains only and the model defines none, sizes are within limits, subgraphs included. Tensors are
 * skipped, not read.
 * @throws ModelError `weights/unsafe`, `weights/damaged`, `weights/no-file`
 */
export function inspectModel(file: string): ModelFacts {
  const source = new FileSource(file)
  try {
    return inspectSource(source)
  } finally {
    source.close()
  }
}

export function inspectSource(source: ByteSource): ModelFacts {
  const inspection = new Inspection(source)
  inspection.message(ModelProto, source.bytes, 0)
  return inspection.facts()
}

/** What a message says of itself in numbers and text, by the names of its fields. */
type Said = Record<string, number | string>

/** The fields that are looked at. */
const LOOKED_AT: Record<string, readonly string[]> = {
  OperatorSetIdProto: ['domain', 'version'],
  NodeProto: ['name', 'opType', 'domain'],
  TensorProto: ['name', 'dataLocation'],
  StringStringEntryProto: ['key', 'value'],
  FunctionProto: ['name'],
}

class Inspection {
  readonly #reader: WireReader
  readonly #opsets: Record<string, number> = {}
  #graphs = 0
  #nodes = 0
  #fields = 0

  constructor(readonly source: ByteSource) {
    if (source.bytes > LIMITS.bytes) throw this.#unsafe(`it has ${source.bytes} bytes`)
    this.#reader = new WireReader(source)
  }

  facts(): ModelFacts {
    if (this.#graphs === 0 || Object.keys(this.#opsets).length === 0)
      throw this.#reader.damaged('it is no ONNX model')
    return { nodes: this.#nodes, opsets: this.#opsets }
  }

  /** Reads a message up to `end` by the schema. */
  message(type: protobuf.Type, end: number, depth: number): void {
    if (depth > LIMITS.depth) throw this.#unsafe('its graphs lie too deep in each other')
    const said: Said = {}
    while (this.#reader.at < end) this.#field(type, end, depth, said)
    this.#check(type.name, said)
  }

  #field(type: protobuf.Type, end: number, depth: number, said: Said): void {
    if (++this.#fields > LIMITS.fields) throw this.#unsafe(`it has more than ${LIMITS.fields} fields`)
    const reader = this.#reader
    const { id, wire } = reader.tag()
    const field = type.fieldsById[id]
    if (!field) return reader.skip(wire, end)
    if (field.resolvedType instanceof protobuf.Type) {
      if (wire !== WIRE.bytes) throw reader.damaged(`${type.name}.${field.name} is no message`)
      return this.message(field.resolvedType, reader.end(end), depth + 1)
    }
    if (!LOOKED_AT[type.name]?.includes(field.name)) return reader.skip(wire, end)
    const isText = field.type === 'string'
    if (wire !== (isText ? WIRE.bytes : WIRE.varint))
      throw reader.damaged(`${type.name}.${field.name} is of another kind`)
    said[field.name] = isText ? reader.text(reader.end(end), LIMITS.nameBytes) : reader.varint()
    if (reader.at > end) throw reader.damaged(`${type.name} does not end where it should`)
  }

  #check(type: string, said: Said): void {
    const domain = String(said['domain'] ?? '')
    if (type === 'GraphProto') this.#graphs++
    if (type === 'FunctionProto') throw this.#unsafe(`it defines an operator of its own, ${said['name']}`)
    // Whatever is not 0 might be cut to EXTERNAL by another reader.
    if (type === 'TensorProto' && (said['dataLocation'] ?? 0) !== 0)
      throw this.#unsafe(`the numbers of ${said['name']} lie in another file`)
    // Only tensors have such entries in the schema, and only for another file.
    if (type === 'StringStringEntryProto') throw this.#unsafe(`it refers to another file: ${said['value']}`)
    if (type === 'OperatorSetIdProto') {
      if (!KNOWN_DOMAINS.includes(domain)) throw this.#unsafe(`it uses operators of ${domain}`)
      this.#opsets[domain] = Number(said['version'] ?? 0)
    }
    if (type === 'NodeProto') {
      if (++this.#nodes > LIMITS.nodes) throw this.#unsafe(`it has more than ${LIMITS.nodes} nodes`)
      if (!KNOWN_DOMAINS.includes(domain))
        throw this.#unsafe(`it uses the operator ${said['opType']} of ${domain}`)
    }
  }

  #unsafe(why: string): ModelError {
    return new ModelError('weights/unsafe', `${this.source.name} is not opened: ${why}.`, {
      hint: 'Take the file from where it was published first.',
    })
  }
}
