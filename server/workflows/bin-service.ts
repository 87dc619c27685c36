import { rm } from 'node:fs/promises'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import type { Database } from '../db/open-database'
import { picturesOf } from './workflow-service'

/** A deleted workflow is kept for this long. */
export const KEPT_DAYS = 30

const DAY_MS = 86_400_000

/** A deleted workflow as the bin shows it. */
export interface BinnedWorkflow {
  id: string
  name: string
  nodeCount: number
  /** Milliseconds since 1970. */
  deletedAt: number
  /** When it is removed for good. */
  goneAt: number
  pictures: string[]
}

/** Deleted workflows: `WorkflowService.restore` brings one back, this removes them for good. */
export class BinService {
  constructor(
    private readonly options: {
      database: Database
      /** Folder that keeps clean-up off what links show. */
      pins: string
      onChanged(workflow: string): void
    },
  ) {}

  /** The one deleted last first. */
  async list(): Promise<BinnedWorkflow[]> {
    const rows = await this.options.database.read.workflow.findMany({
      where: { deletedAt: { not: null } },
      orderBy: { deletedAt: 'desc' },
    })
    return rows.flatMap(({ id, name, nodeCount, deletedAt, posters }) =>
      deletedAt
        ? [
            {
              id,
              name,
              nodeCount,
              deletedAt: deletedAt.getTime(),
              goneAt: deletedAt.getTime() + KEPT_DAYS * DAY_MS,
              pictures: picturesOf(posters),
            },
          ]
        : [],
    )
  }

  /**
   * Removes a deleted workflow for good: its document, versions, links and runs. Files and results that nothing else
   * uses go with the next clean-up.
   *
   * @throws StudioError when it is not in the bin
   */
  async remove(id: string): Promise<void> {
    const { database, pins, onChanged } = this.options
    const tokens = await database.transaction(async (tx) => {
      const row = await tx.workflow.findUnique({
        where: { id },
        include: { shares: { select: { token: true } } },
      })
      if (!row?.deletedAt) {
        throw new StudioError('document/not-found', `There is no workflow ${id.slice(0, 100)} in the bin.`, {
          hint: 'It was restored, or removed for good already.',
        })
      }
      await tx.job.deleteMany({ where: { run: { workflowId: id } } })
      await tx.run.deleteMany({ where: { workflowId: id } })
      await tx.workflow.delete({ where: { id } }) // takes document, versions and links along
      return row.shares.map(({ token }) => token)
    })
    for (const token of tokens) await rm(path.join(pins, `${token}.json`), { force: true })
    onChanged(id)
  }

  /** Removes all of them. @returns how many */
  async empty(): Promise<number> {
    const all = await this.list()
    for (const { id } of all) await this.remove(id)
    return all.length
  }

  /** Removes those that have been here for longer than `KEPT_DAYS`. @returns how many */
  async removeOld(now = Date.now()): Promise<number> {
    const old = (await this.list()).filter(({ goneAt }) => goneAt <= now)
    for (const { id } of old) await this.remove(id)
    return old.length
  }
}
