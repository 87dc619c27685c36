import { z } from 'zod'
import { StudioError } from './errors'
import type { Registry } from './registry'

/** Version of the document format itself; nodes carry versions of their own. */
export const DOCUMENT_SCHEMA = 1

export interface DocumentCaps {
  nodes: number
  edges: number
  bytes: number
}

export const DEFAULT_CAPS: DocumentCaps = { nodes: 2_000, edges: 10_000, bytes: 5_000_000 }

const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])
const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'an id has 1 to 64 letters, digits, - or _')
  .refine((value) => !RESERVED.has(value), 'this word is reserved')
const coordinate = z.number().min(-1e7).max(1e7)

/** The longest note about a node, characters. */
export const NOTE_LENGTH = 20_000

const nodeSchema = z.looseObject({
  type: z.string().min(1).max(100),
  version: z.int().min(1).max(1e6),
  params: z.record(z.string(), z.unknown()).default(() => ({})),
  /** `bypass` hands the first fitting input on; `mute` treats the node as absent. */
  mode: z.enum(['on', 'bypass', 'mute']).default('on'),
  title: z.string().max(200).nullable().default(null),
  /** For people; nothing that runs reads it. */
  note: z.string().max(NOTE_LENGTH).optional(),
})

const end = z.tuple([id, z.string().min(1).max(100)])
const edgeSchema = z.looseObject({ from: end, to: end })
const layoutSchema = z.looseObject({
  x: coordinate,
  y: coordinate,
  w: z.number().min(0).max(1e5).optional(),
  h: z.number().min(0).max(1e5).optional(),
  collapsed: z.boolean().optional(),
  /** Inputs whose edge is drawn as a chip beside their name. */
  folded: z.array(z.string().min(1).max(100)).max(100).optional(),
})

const documentSchema = z.looseObject({
  schema: z.literal(DOCUMENT_SCHEMA),
  id: z.string().min(1).max(100),
  name: z.string().max(200).default('Untitled'),
  nodes: z.record(id, nodeSchema),
  edges: z.array(edgeSchema),
  layout: z.record(id, layoutSchema).default(() => ({})),
  groups: z.array(z.looseObject({ id: z.string().max(100) })).default(() => []),
  notes: z.array(z.looseObject({ id: z.string().max(100) })).default(() => []),
  /** Params that the form shows, as `node.param`; without it a choice is made. */
  form: z.array(z.string().max(200)).max(200).optional(),
})

/** A workflow: data only. No code, expressions, paths or URLs; node types, params and asset ids. */
export type WorkflowDocument = z.infer<typeof documentSchema>

/**
 * `migrations[n]` turns a document of schema n into one of schema n + 1. There is one schema so far; the table is
 * where the next one starts, and every saved version keeps one real file in `test/golden/workflows`.
 */
const DOCUMENT_MIGRATIONS: Record<number, (document: Record<string, unknown>) => Record<string, unknown>> = {}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const refuse = (code: 'unreadable' | 'invalid' | 'newer' | 'too-large', message: string, hint: string) =>
  new StudioError(`document/${code}`, message, { hint })

/**
 * Reads a workflow from text or from parsed JSON. Says what is wrong with the first offending place; never repairs.
 *
 * @throws StudioError `document/unreadable`, `document/invalid`, `document/newer`, `document/too-large`
 */
export function parseDocument(input: unknown, caps: DocumentCaps = DEFAULT_CAPS): WorkflowDocument {
  const raw = typeof input === 'string' ? parseText(input, caps) : input
  if (!isRecord(raw) || !('schema' in raw) || !('nodes' in raw)) {
    throw refuse(
      'unreadable',
      'This is not a workflow: it has no "schema" and "nodes".',
      'Choose a workflow JSON file, or a video that was made here.',
    )
  }
  checkSize(raw, caps)
  for (const part of [raw.nodes, raw.layout]) {
    // The schema would drop such a key without a word.
    const reserved = isRecord(part) && Object.keys(part).find((key) => RESERVED.has(key))
    if (reserved) throw refuse('invalid', `"${reserved}" cannot be the id of a node.`, 'Rename the node.')
  }
  const parsed = documentSchema.safeParse(migrateDocument(raw))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const place = issue.path.join('.') || 'the document'
    throw refuse(
      'invalid',
      `The workflow is not valid at ${place}: ${issue.message}.`,
      'Export it again from the studio.',
    )
  }
  return parsed.data
}

function parseText(text: string, caps: DocumentCaps): unknown {
  if (text.length > caps.bytes) {
    throw refuse(
      'too-large',
      `The workflow has ${text.length} characters; the limit is ${caps.bytes}.`,
      'Split it into several workflows.',
    )
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StudioError('document/unreadable', `This is not JSON: ${reason}.`, {
      hint: 'Choose a workflow JSON file, or a video that was made here.',
      cause,
    })
  }
}

/** Counts before the schema looks at anything, so that a huge document costs nothing. */
function checkSize(raw: Record<string, unknown>, caps: DocumentCaps): void {
  const nodes = isRecord(raw.nodes) ? Object.keys(raw.nodes).length : 0
  const edges = Array.isArray(raw.edges) ? raw.edges.length : 0
  for (const [what, count, limit] of [
    ['nodes', nodes, caps.nodes],
    ['edges', edges, caps.edges],
  ] as const) {
    if (count > limit) {
      throw refuse(
        'too-large',
        `The workflow has ${count} ${what}; the limit is ${limit}.`,
        'Split it into several workflows.',
      )
    }
  }
}

function migrateDocument(raw: Record<string, unknown>): Record<string, unknown> {
  let document = raw
  const version = document.schema
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw refuse(
      'invalid',
      `The workflow's schema is ${JSON.stringify(version)}; a whole number from 1 is needed.`,
      'Export it again from the studio.',
    )
  }
  if (version > DOCUMENT_SCHEMA) {
    throw refuse(
      'newer',
      `The workflow uses schema ${version}; this version of MMGT Studio reads up to ${DOCUMENT_SCHEMA}.`,
      'Update MMGT Studio.',
    )
  }
  for (let v = version; v < DOCUMENT_SCHEMA; v++)
    document = { ...DOCUMENT_MIGRATIONS[v](document), schema: v + 1 }
  return document
}

/**
 * Brings every node to the version of its definition. Nodes of unknown types and of newer versions stay as they
 * are; running them is refused, opening is not.
 */
export function migrateNodes(document: WorkflowDocument, registry: Registry): WorkflowDocument {
  let changed = false
  const nodes: WorkflowDocument['nodes'] = {}
  for (const [nodeId, node] of Object.entries(document.nodes)) {
    const definition = registry.get(node.type)
    if (!definition || node.version >= definition.version) {
      nodes[nodeId] = node
      continue
    }
    let params = node.params
    for (let v = node.version; v < definition.version; v++)
      params = definition.migrations?.[v]?.(params) ?? params
    nodes[nodeId] = { ...node, params, version: definition.version }
    changed = true
  }
  return changed ? { ...document, nodes } : document
}

/** The part of a document that leads to `nodeId`, with its layout: what made a result. */
export function upstreamOf(document: WorkflowDocument, nodeId: string): WorkflowDocument {
  const keep = new Set([nodeId])
  const sources = new Map<string, string[]>()
  for (const edge of document.edges) {
    const list = sources.get(edge.to[0])
    if (list) list.push(edge.from[0])
    else sources.set(edge.to[0], [edge.from[0]])
  }
  const queue = [nodeId]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const source of sources.get(at) ?? []) {
      if (keep.has(source)) continue
      keep.add(source)
      queue.push(source)
    }
  }
  const kept = <T>(record: Record<string, T>) =>
    Object.fromEntries(Object.entries(record).filter(([k]) => keep.has(k)))
  return {
    ...document,
    nodes: kept(document.nodes),
    edges: document.edges.filter((edge) => keep.has(edge.to[0]) && keep.has(edge.from[0])),
    layout: kept(document.layout),
  }
}
