import type { RunSummary } from '../../nodes/core/run-snapshot'
import type { RunRow, RunRows } from '../runs/run-rows'
import type { Database } from './open-database'

const UNFINISHED = ['queued', 'running', 'waiting', 'paused']

/** What became of a node that was computed: its result was not merely reused. */
const COMPUTED = ['done', 'failed']

/** The list of runs as rows; the summary travels as JSON beside the columns that queries need. */
export function databaseRunRows(database: Database): RunRows {
  const { read } = database
  const columns = ({ summary, rank, version }: RunRow) => ({
    state: summary.state,
    rank,
    versionId: version,
    row: JSON.stringify(summary),
  })
  return {
    async insert(row) {
      const { id, number, workflow, createdAt } = row.summary
      await database.write((client) =>
        client.run.create({
          data: {
            ...columns(row),
            id,
            number,
            workflowId: workflow,
            createdAt: new Date(createdAt),
          },
        }),
      )
    },
    async update(id, changes) {
      await database.transaction(async (tx) => {
        const found = await tx.run.findUnique({ where: { id } })
        if (found) await tx.run.update({ where: { id }, data: columns({ ...asRow(found), ...changes }) })
      })
    },
    async saveJobs(id, jobs) {
      const data = jobs.map(({ memoryBytes, ...job }) => ({
        ...job,
        runId: id,
        step: job.node,
        memoryBytes: memoryBytes === undefined ? null : BigInt(Math.round(memoryBytes)),
      }))
      await database.transaction(async (tx) => {
        await tx.job.deleteMany({ where: { runId: id } })
        await tx.job.createMany({ data })
      })
    },
    async find(id) {
      const found = await read.run.findUnique({ where: { id } })
      return found ? asRow(found) : undefined
    },
    unfinished: async () =>
      (await read.run.findMany({ where: { state: { in: UNFINISHED } }, orderBy: { rank: 'asc' } })).map(
        asRow,
      ),
    page: async ({ workflow, before, limit }) =>
      (
        await read.run.findMany({
          where: { workflowId: workflow, number: before === undefined ? undefined : { lt: before } },
          orderBy: { number: 'desc' },
          take: limit,
        })
      ).map(asRow),
    withNode: async ({ workflow, node, type, before, limit }) =>
      (
        await read.run.findMany({
          where: {
            workflowId: workflow,
            number: before === undefined ? undefined : { lt: before },
            jobs: { some: { step: node, type, state: { in: COMPUTED } } },
          },
          orderBy: { number: 'desc' },
          take: limit,
        })
      ).map(asRow),
    async remove(id) {
      await database.write((client) => client.run.deleteMany({ where: { id } }))
    },
    async lastNumber() {
      const last = await read.run.findFirst({ orderBy: { number: 'desc' }, select: { number: true } })
      return last?.number ?? 0
    },
  }
}

const asRow = (found: { row: string; rank: number; versionId: string | null }): RunRow => ({
  summary: JSON.parse(found.row) as RunSummary,
  rank: found.rank,
  version: found.versionId ?? undefined,
})
