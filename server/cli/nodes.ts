import { type CatalogEntry, catalog, catalogEntry } from '../../nodes/core/catalog'
import { registry } from '../../nodes/registry'
import { nearest } from '../nearest'
import { usageError } from './flags'
import type { Command } from './main'

export const nodes: Command = {
  usage: 'nodes [ID]',
  summary: 'Lists every node, or shows one with its sockets, params, ranges and docs.',
  flags: {},
  async execute({ values, positionals }) {
    if (positionals.length > 1) throw usageError(`nodes takes one id; ${positionals.length} were given.`)
    const [id] = positionals
    if (id === undefined) {
      const all = catalog(registry)
      process.stdout.write(values.json ? `${JSON.stringify(all)}\n` : list(all.nodes))
      return
    }
    const definition = registry.get(id)
    if (!definition) {
      const near = nearest(
        id,
        registry.all().map((d) => d.id),
      )
      throw usageError(`There is no node "${id}".`, near ? `Did you mean ${near}?` : 'mmgt nodes lists them.')
    }
    const entry = catalogEntry(definition)
    process.stdout.write(values.json ? `${JSON.stringify(entry)}\n` : page(entry))
  },
}

function list(entries: CatalogEntry[]): string {
  const width = Math.max(...entries.map((entry) => entry.id.length)) + 2
  const lines = [...entries]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((entry) => `${entry.id.padEnd(width)}${entry.summary}`)
  return `${lines.join('\n')}\n`
}

function page(entry: CatalogEntry): string {
  const sockets = (title: string, map: CatalogEntry['inputs']) => [
    title,
    ...(Object.keys(map).length === 0 ? ['  none'] : []),
    ...Object.entries(map).map(
      ([name, socket]) =>
        `  ${name.padEnd(14)} ${socket.type}${socket.optional ? ' (optional)' : ''}  ${socket.doc || socket.label}`,
    ),
    '',
  ]
  return [
    `${entry.id}  ${entry.title}, version ${entry.version}`,
    entry.summary,
    '',
    ...sockets('inputs', entry.inputs),
    ...sockets('outputs', entry.outputs),
    'params',
    ...paramLines(entry),
    ...(entry.docs ? ['', wrap(entry.docs.trim())] : []),
    '',
  ].join('\n')
}

/** Breaks long lines of prose for a terminal; list items keep their indent. */
function wrap(text: string, width = 100): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^- /.test(line) ? '  ' : ''
      const lines: string[] = []
      let current = ''
      for (const word of line.split(' ')) {
        if (current && current.length + word.length >= width) {
          lines.push(current)
          current = indent + word
        } else current = current ? `${current} ${word}` : word
      }
      return [...lines, current]
    })
    .join('\n')
}

interface ParamSchema {
  type?: string
  anyOf?: ParamSchema[]
  enum?: unknown[]
  minimum?: number
  maximum?: number
  default?: unknown
  description?: string
}

function paramLines(entry: CatalogEntry): string[] {
  const properties = Object.entries((entry.params.properties ?? {}) as Record<string, ParamSchema>)
  if (properties.length === 0) return ['  none']
  return properties.map(([name, schema]) => {
    const unit = entry.widgets[name]?.unit
    const range =
      schema.enum?.join(' | ') ?? rangeOf(schema.anyOf?.find(({ type }) => type !== 'null') ?? schema)
    const fallback = schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`
    const facts = [range, unit, fallback].filter(Boolean).join(', ')
    return `  ${name.padEnd(16)} ${facts.padEnd(40)} ${schema.description ?? ''}`.trimEnd()
  })
}

/** zod writes the safe integers as the bounds of an unbounded integer; those say nothing to a reader. */
function rangeOf({ type, minimum, maximum }: ParamSchema): string {
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  if (low === undefined && high === undefined) return type ?? ''
  return `${type ?? 'number'} ${low ?? '…'} to ${high ?? '…'}`
}
