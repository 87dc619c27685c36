import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import type { DeliveredFile } from '../../nodes/core/run-events'
import type { ValueRef } from '../../nodes/core/value-ref'
import type { Database } from '../db/open-database'
import type { RunManager } from '../runs/run-manager'
import { writeAtomic } from '../storage/files'
import { blobsOf } from '../storage/value-ref'
import { type AssetService, assetsOf } from './asset-service'
import type { WorkflowService } from './workflow-service'

/** What a share link shows. */
export interface SharedContent {
  /** Of the run that is shared: node → output → value. */
  values: Record<string, Record<string, ValueRef>>
  files: DeliveredFile[]
  run?: { number: number; seconds?: number }
  /** Files the workflow is made from, and whether a fork brings them. */
  assets: { id: string; name: string; kind: string; travels: boolean }[]
  posters: string[]
}

export interface ShareRow {
  token: string
  createdAt: number
  title: string
}

/** Bytes of randomness in a link: nobody finds one by trying. */
const TOKEN_BYTES = 16

const gone = () =>
  new StudioError(
    'share/not-found',
    'This link does not work: it was revoked, its workflow was deleted, or it never existed.',
    {
      hint: 'Ask whoever sent it for a new one.',
    },
  )

/** Read-only links to a workflow and a result of it. */
export class ShareService {
  constructor(
    private readonly options: {
      database: Database
      workflows: WorkflowService
      assets: AssetService
      runs: RunManager
      /** Folder that keeps clean-up off what links show. */
      pins: string
    },
  ) {}

  /** @param assets which of the workflow's files a fork brings; shipped examples always do */
  async create({
    workflow,
    run,
    assets,
  }: {
    workflow: string
    run?: string
    assets: readonly string[]
  }): Promise<ShareRow> {
    const { database, workflows, runs } = this.options
    const { name, document } = await workflows.get(workflow)
    const snapshot = run === undefined ? undefined : runs.snapshot(run)
    if (snapshot && snapshot.summary.workflow !== workflow) {
      throw new StudioError('run/not-found', `Run ${snapshot.summary.number} is not of this workflow.`, {
        hint: 'Choose one of its own results.',
      })
    }
    // A result is shown with the workflow that made it; without one, the graph is shown as it is now.
    const shown = snapshot && run !== undefined ? runs.document(run) : document
    const content: SharedContent = {
      values: Object.fromEntries(
        Object.entries(snapshot?.nodes ?? {}).map(([node, { outputs }]) => [node, outputs]),
      ),
      files: snapshot?.summary.files ?? [],
      run: snapshot && { number: snapshot.summary.number, seconds: snapshot.summary.seconds },
      posters: snapshot?.summary.posters ?? [],
      assets: assetsOf(shown).flatMap((id) => this.describe(id, assets)),
    }
    const title = document.name || name
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const covers = [...coveredBy(content)]
    // First: from now on no clean-up takes what the link is about to show.
    await writeAtomic(this.pinFile(token), JSON.stringify(covers))
    const row = await database.write((client) =>
      client.share.create({
        data: {
          token,
          workflowId: workflow,
          title,
          document: JSON.stringify(shown),
          runId: run,
          content: JSON.stringify(content),
          covers: JSON.stringify(covers),
        },
      }),
    )
    return { token, createdAt: row.createdAt.getTime(), title }
  }

  /** The links of a workflow that work, newest first. */
  async list(workflow: string): Promise<ShareRow[]> {
    const rows = await this.options.database.read.share.findMany({
      where: { workflowId: workflow, revokedAt: null },
      orderBy: { createdAt: 'desc' },
    })
    return rows.map(({ token, createdAt, title }) => ({ token, createdAt: createdAt.getTime(), title }))
  }

  /** From now on the link shows nothing, nor does any file that it covered. */
  async revoke(token: string): Promise<void> {
    const { count } = await this.options.database.write((client) =>
      client.share.updateMany({ where: { token, revokedAt: null }, data: { revokedAt: new Date() } }),
    )
    if (count === 0) throw gone()
    await rm(this.pinFile(token), { force: true })
  }

  /** @throws StudioError `share/not-found` */
  async view(
    token: string,
  ): Promise<SharedContent & { name: string; createdAt: number; document: WorkflowDocument }> {
    const row = await this.row(token)
    return {
      ...(JSON.parse(row.content) as SharedContent),
      name: row.title,
      createdAt: row.createdAt.getTime(),
      document: parseDocument(row.document),
    }
  }

  /** A workflow of one's own, with the files that travel. @returns its id */
  async fork(token: string): Promise<string> {
    const { document, name, assets } = await this.view(token)
    const stays = new Set(assets.filter(({ travels }) => !travels).map(({ id }) => id))
    const nodes = Object.fromEntries(
      Object.entries(document.nodes).map(([id, node]) => [
        id,
        {
          ...node,
          params: Object.fromEntries(
            Object.entries(node.params).map(([key, value]) => [
              key,
              typeof value === 'string' && stays.has(value) ? '' : value,
            ]),
          ),
        },
      ]),
    )
    return this.options.workflows.create({ document: { ...document, nodes }, name })
  }

  /** Whether a link gives access to an artifact or asset, by its sha256. */
  async covers(token: string, sha256: string): Promise<boolean> {
    const row = await this.row(token).catch(() => undefined)
    return row !== undefined && (JSON.parse(row.covers) as string[]).includes(sha256)
  }

  /** sha256 of the picture that stands for a link, a JPEG. */
  async poster(token: string): Promise<string | undefined> {
    const { posters } = JSON.parse((await this.row(token)).content) as SharedContent
    return posters[posters.length >> 1]
  }

  private pinFile(token: string): string {
    return path.join(this.options.pins, `${token}.json`)
  }

  private describe(id: string, chosen: readonly string[]): SharedContent['assets'] {
    const { assets } = this.options
    try {
      const { name, kind } = assets.get(id)
      return [{ id, name, kind, travels: assets.isExample(id) || chosen.includes(id) }]
    } catch {
      return [{ id, name: 'a file that is gone', kind: 'unknown', travels: false }]
    }
  }

  private async row(token: string) {
    const row = await this.options.database.read.share.findUnique({
      where: { token },
      include: { workflow: { select: { deletedAt: true } } },
    })
    // The links of a deleted workflow work again when it is brought back.
    if (!row || row.revokedAt || row.workflow.deletedAt) throw gone()
    return row
  }
}

function coveredBy({ values, files, posters, assets }: SharedContent): Set<string> {
  const refs = Object.values(values).flatMap((outputs) => Object.values(outputs))
  return new Set([
    ...refs.flatMap(blobsOf).map(({ sha256 }) => sha256),
    ...files.map(({ sha256 }) => sha256),
    ...posters,
    ...assets.filter(({ travels }) => travels).map(({ id }) => id.slice('sha256:'.length)),
  ])
}
