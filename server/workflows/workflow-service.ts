import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as Y from 'yjs'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { liveParts, writeLive } from '../../nodes/core/live-document'
import type { Registry } from '../../nodes/core/registry'
import type { Database } from '../db/open-database'
import { neededPacks } from '../packs/missing-weights'
import type { DocumentRooms } from '../realtime/document-rooms'
import type { RunManager } from '../runs/run-manager'
import type { AssetService } from './asset-service'

/** A workflow as lists show it. */
export interface WorkflowRow {
  id: string
  name: string
  /** Milliseconds since 1970. */
  editedAt: number
  folder: string | null
  /** Addresses of up to three moments of its latest result. */
  pictures: string[]
  /** Length of its latest result. */
  seconds?: number
  shared: boolean
  run?: { state: 'queued' | 'running' | 'waiting' | 'paused' | 'failed'; fraction: number }
}

export interface Template {
  id: string
  name: string
  summary: string
  nodeCount: number
  /** Packs of weights that it needs. */
  packs: string[]
  /** Address of a picture: the portrait it starts from. */
  picture?: string
}

export interface WorkflowServiceOptions {
  database: Database
  rooms: DocumentRooms
  runs: Pick<RunManager, 'list'>
  assets: AssetService
  registry: Registry
  /** Folder of the shipped examples. */
  examples: string
  onChanged(workflow: string): void
}

const SUMMARIES: Record<string, string> = {
  hello: 'A portrait and a sentence become a talking, gesturing video.',
  mmgt: 'Gestures from speech and every frame painted, by the networks of MMGT.',
  story: 'Ten seconds of speech with larger gestures, and how well they keep time.',
  masks: 'Motion masks over the portrait: choose what may move.',
  'two-people': 'One motion, two people: poses fitted from one to the other.',
}

/** In a row's list of posters, before the id of a file: what a workflow without a result is made from. */
const FILE = 'asset:'

/** What the library shows of a workflow that has no result yet: its first picture. */
function startingPosters(nodes: WorkflowDocument['nodes']): string {
  const asset = Object.values(nodes).find(({ type }) => type === 'input/image')?.params.asset
  const id = typeof asset === 'string' ? /^sha256:([0-9a-f]{64})$/.exec(asset)?.[1] : undefined
  return JSON.stringify(id ? [`${FILE}${id}`] : [])
}

const hasResult = (posters: string): boolean =>
  (JSON.parse(posters) as string[]).some((poster) => !poster.startsWith(FILE))

/** Addresses of the pictures of a row. */
export const picturesOf = (posters: string): string[] =>
  (JSON.parse(posters) as string[]).map((poster) =>
    poster.startsWith(FILE)
      ? `/api/assets/${poster.slice(FILE.length)}/thumbnail`
      : `/api/artifacts/${poster}?mime=image/jpeg`,
  )

const notFound = (id: string) =>
  new StudioError('document/not-found', `There is no workflow ${id.slice(0, 100)}.`, {
    hint: 'It may have been deleted; the library has what is there.',
  })

/** The library: which workflows there are. What is in one is its live document, reached through the rooms. */
export class WorkflowService {
  /** Name and count of nodes that the rows of edited workflows were last brought to. */
  private readonly followed = new Map<string, string>()

  constructor(private readonly options: WorkflowServiceOptions) {
    // A workflow renamed in its editor is renamed in the library.
    // When the row cannot be written now, nothing is lost: the name is in the document, and the next edit tries again.
    options.rooms.listen({ onStored: (workflow) => void this.follow(workflow).catch(() => {}) })
  }

  async list({ search = '' }: { search?: string } = {}): Promise<WorkflowRow[]> {
    const { database, runs } = this.options
    const words = search.toLowerCase().split(/\s+/).filter(Boolean)
    const [rows, recent] = await Promise.all([
      database.read.workflow.findMany({
        where: { deletedAt: null },
        orderBy: { editedAt: 'desc' },
        include: { shares: { where: { revokedAt: null }, select: { token: true }, take: 1 } },
      }),
      runs.list({ limit: 200 }),
    ])
    return rows
      .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
      .map((row) => {
        const latest = recent.runs.find(({ workflow }) => workflow === row.id)
        return {
          id: row.id,
          name: row.name,
          editedAt: row.editedAt.getTime(),
          folder: row.folder,
          pictures: picturesOf(row.posters),
          seconds: row.seconds ?? undefined,
          shared: row.shares.length > 0,
          run:
            latest && latest.state !== 'finished' && latest.state !== 'cancelled'
              ? { state: latest.state, fraction: latest.fraction }
              : undefined,
        }
      })
  }

  async get(id: string): Promise<{ name: string; document: WorkflowDocument }> {
    const row = await this.row(id)
    return { name: row.name, document: await this.options.rooms.read(id) }
  }

  /** Makes a workflow of a document, of a template, or an empty one. @returns its id */
  async create(from: {
    document?: unknown
    template?: string
    name?: string
    folder?: string | null
  }): Promise<string> {
    const source = from.template
      ? this.template(from.template)
      : from.document !== undefined
        ? parseDocument(from.document)
        : parseDocument({ schema: 1, id: 'new', name: 'Untitled', nodes: {}, edges: [] })
    await this.options.assets.importExamples(source)
    const name = (from.name ?? source.name).trim().slice(0, 200) || 'Untitled'
    const id = randomUUID()
    const doc = new Y.Doc()
    writeLive(doc, { ...source, id, name })
    const bytes = Uint8Array.from(Y.encodeStateAsUpdate(doc))
    doc.destroy()
    await this.options.database.transaction(async (tx) => {
      await tx.workflow.create({
        data: {
          id,
          name,
          folder: from.folder ?? null,
          nodeCount: Object.keys(source.nodes).length,
          posters: startingPosters(source.nodes),
          updates: { create: { bytes } },
        },
      })
    })
    this.options.onChanged(id)
    return id
  }

  async duplicate(id: string): Promise<string> {
    const { name, document } = await this.get(id)
    const { folder } = await this.row(id)
    return this.create({ document, name: await this.freeName(name), folder })
  }

  /** Puts workflows into a folder, or out of all with null. A folder is there as long as something is in it. */
  async move(ids: readonly string[], folder: string | null): Promise<void> {
    const { count } = await this.options.database.write((client) =>
      client.workflow.updateMany({ where: { id: { in: [...ids] } }, data: { folder } }),
    )
    if (count === 0) throw notFound(ids[0])
    for (const id of ids) this.options.onChanged(id)
  }

  async rename(id: string, name: string): Promise<void> {
    await this.row(id)
    const clean = name.trim()
    if (!clean) {
      throw new StudioError('document/invalid', 'A workflow needs a name; this one is empty.', {
        hint: 'Type a name.',
      })
    }
    await this.options.rooms.withDocument(id, (doc) => liveParts(doc).meta.set('name', clean))
  }

  /** Into the bin; `restore` brings it back. */
  async remove(id: string): Promise<void> {
    await this.row(id)
    await this.mark(id, new Date())
    await this.options.rooms.drop(id)
  }

  async restore(id: string): Promise<void> {
    await this.mark(id, null)
  }

  templates(): Template[] {
    return Object.keys(SUMMARIES)
      .filter((id) => existsSync(this.templateFile(id)))
      .map((id) => {
        const template = this.template(id)
        const [picture] = picturesOf(startingPosters(template.nodes))
        return {
          id,
          name: template.name,
          summary: SUMMARIES[id],
          nodeCount: Object.keys(template.nodes).length,
          packs: neededPacks(template, this.options.registry),
          picture,
        }
      })
  }

  /** After a run: what the library shows of the workflow. */
  async showResult(id: string, posters: readonly string[], seconds?: number): Promise<void> {
    await this.options.database.write((client) =>
      client.workflow.updateMany({
        where: { id },
        data: { posters: JSON.stringify(posters), seconds: seconds ?? null },
      }),
    )
    this.options.onChanged(id)
  }

  private async mark(id: string, deletedAt: Date | null): Promise<void> {
    const { count } = await this.options.database.write((client) =>
      client.workflow.updateMany({ where: { id }, data: { deletedAt } }),
    )
    if (count === 0) throw notFound(id)
    this.options.onChanged(id)
  }

  private async row(id: string) {
    const row = await this.options.database.read.workflow.findUnique({ where: { id } })
    if (!row || row.deletedAt) throw notFound(id)
    return row
  }

  private async follow(id: string): Promise<void> {
    const document = await this.options.rooms.read(id).catch(() => undefined)
    if (!document) return
    const nodeCount = Object.keys(document.nodes).length
    const portrait = startingPosters(document.nodes)
    const shown = `${nodeCount} ${portrait} ${document.name}`
    if (this.followed.get(id) === shown) return // most edits move or set something: the library shows neither
    const row = await this.options.database.read.workflow.findUnique({ where: { id } })
    const posters = row && hasResult(row.posters) ? row.posters : portrait
    if (row && (row.name !== document.name || row.nodeCount !== nodeCount || row.posters !== posters)) {
      await this.options.database.write((client) =>
        client.workflow.update({ where: { id }, data: { name: document.name, nodeCount, posters } }),
      )
      this.options.onChanged(id)
    }
    this.followed.set(id, shown)
  }

  private async freeName(name: string): Promise<string> {
    const taken = new Set((await this.list()).map((row) => row.name))
    const base = name.replace(/ copy( \d+)?$/, '').slice(0, 180)
    for (let n = 1; ; n++) {
      const wanted = n === 1 ? `${base} copy` : `${base} copy ${n}`
      if (!taken.has(wanted)) return wanted
    }
  }

  private templateFile(id: string): string {
    return path.join(this.options.examples, `${id}.workflow.json`)
  }

  private template(id: string): WorkflowDocument {
    if (!Object.hasOwn(SUMMARIES, id)) {
      throw new StudioError('document/not-found', `There is no template "${id.slice(0, 60)}".`, {
        hint: `There are ${Object.keys(SUMMARIES).join(', ')}.`,
      })
    }
    return parseDocument(readFileSync(this.templateFile(id), 'utf8'))
  }
}
