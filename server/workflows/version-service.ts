import { randomUUID } from 'node:crypto'
import { canonicalJson } from '../../nodes/core/canonical'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { writeLive } from '../../nodes/core/live-document'
import type { Database, Transaction } from '../db/open-database'
import type { DocumentRooms } from '../realtime/document-rooms'
import { sha256 } from '../storage/blobs'
import { superfluousVersions } from './version-thinning'

export type VersionKind = 'run' | 'named' | 'restore'

export interface VersionRow {
  id: string
  number: number
  kind: VersionKind
  name?: string
  createdAt: number
  nodeCount: number
}

/** Immutable snapshots of workflows. Those that nobody named become fewer with time: see `superfluousVersions`. */
export class VersionService {
  constructor(
    private readonly database: Database,
    private readonly rooms: DocumentRooms,
  ) {}

  /** The newest first. */
  async list(workflow: string): Promise<VersionRow[]> {
    const rows = await this.database.read.version.findMany({
      where: { workflowId: workflow },
      orderBy: { number: 'desc' },
      take: 500,
      omit: { document: true }, // megabytes each, and lists need none of them
    })
    return rows.map(asRow)
  }

  /**
   * Keeps the workflow as it is now. Without a name, nothing is stored twice: a version with the same content is
   * returned instead.
   */
  async snapshot(workflow: string, kind: VersionKind, name?: string): Promise<VersionRow> {
    const document = await this.rooms.read(workflow)
    const digest = sha256(canonicalJson(document))
    return this.database.transaction(async (tx) => {
      const latest = await tx.version.findFirst({
        where: { workflowId: workflow },
        orderBy: { number: 'desc' },
      })
      if (latest?.digest === digest && name === undefined) return asRow(latest)
      const row = await tx.version.create({
        data: {
          id: randomUUID(),
          workflowId: workflow,
          number: (latest?.number ?? 0) + 1,
          kind,
          name,
          digest,
          document: JSON.stringify(document),
          nodeCount: Object.keys(document.nodes).length,
        },
      })
      await this.thin(tx, workflow)
      return asRow(row)
    })
  }

  private async thin(tx: Transaction, workflowId: string): Promise<void> {
    const rows = await tx.version.findMany({
      where: { workflowId },
      select: { id: true, kind: true, createdAt: true },
    })
    const versions = rows.map((row) => ({ ...row, createdAt: row.createdAt.getTime() }))
    const ids = superfluousVersions(versions, Date.now())
    if (ids.length > 0) await tx.version.deleteMany({ where: { id: { in: ids } } })
  }

  async get(id: string): Promise<VersionRow & { workflow: string; document: WorkflowDocument }> {
    const row = await this.database.read.version.findUnique({ where: { id } })
    if (!row) {
      throw new StudioError('document/not-found', `There is no version ${id.slice(0, 100)}.`, {
        hint: 'Its workflow may have been deleted for good.',
      })
    }
    return { ...asRow(row), workflow: row.workflowId, document: parseDocument(row.document) }
  }

  /** Makes the open document equal to a version, as one edit; what was there before is kept as a version too. */
  async restore(id: string): Promise<VersionRow> {
    const { workflow, document } = await this.get(id)
    const before = await this.snapshot(workflow, 'restore')
    await this.rooms.withDocument(workflow, (doc) => writeLive(doc, { ...document, id: workflow }))
    return before
  }
}

function asRow(row: {
  id: string
  number: number
  kind: string
  name: string | null
  createdAt: Date
  nodeCount: number
}): VersionRow {
  return {
    id: row.id,
    number: row.number,
    kind: row.kind as VersionKind,
    name: row.name ?? undefined,
    createdAt: row.createdAt.getTime(),
    nodeCount: row.nodeCount,
  }
}
