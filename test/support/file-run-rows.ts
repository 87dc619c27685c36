import { readFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { isOver } from '../../nodes/core/run-snapshot'
import type { JobRow, RunRow, RunRows } from '../../server/runs/run-rows'

/** Rows in an append-only file of JSON lines: the last line of an id holds; a line with an id alone removes it. */
export function fileRunRows(file: string): RunRows {
  const rows = new Map<string, RunRow>()
  const jobsOf = new Map<string, readonly JobRow[]>()
  let last = 0
  for (const line of readLines(file)) {
    try {
      const { id, row } = JSON.parse(line) as { id: string; row?: RunRow }
      if (row) {
        rows.set(id, row)
        last = Math.max(last, row.summary.number)
      } else rows.delete(id)
    } catch {
      // torn by a kill: nobody was told
    }
  }
  const write = (id: string, row?: RunRow) => appendFile(file, `\n${JSON.stringify({ id, row })}`)
  const put = async (row: RunRow) => {
    await write(row.summary.id, row)
    rows.set(row.summary.id, row)
    last = Math.max(last, row.summary.number)
  }
  const newest = (fits: (row: RunRow) => boolean, limit: number) =>
    [...rows.values()]
      .filter(fits)
      .sort((a, b) => b.summary.number - a.summary.number)
      .slice(0, limit)
  return {
    insert: put,
    update: async (id, changes) => {
      const row = rows.get(id)
      if (row) await put({ ...row, ...changes })
    },
    saveJobs: async (id, jobs) => void jobsOf.set(id, jobs),
    find: async (id) => rows.get(id),
    unfinished: async () =>
      [...rows.values()].filter(({ summary }) => !isOver(summary.state)).sort((a, b) => a.rank - b.rank),
    page: async ({ workflow, before = Number.POSITIVE_INFINITY, limit }) =>
      newest(({ summary }) => summary.number < before && (!workflow || summary.workflow === workflow), limit),
    withNode: async ({ workflow, node, type, before = Number.POSITIVE_INFINITY, limit }) =>
      newest(
        ({ summary }) =>
          summary.number < before &&
          summary.workflow === workflow &&
          (jobsOf.get(summary.id) ?? []).some(
            (job) => job.node === node && job.type === type && ['done', 'failed'].includes(job.state),
          ),
        limit,
      ),
    remove: async (id) => {
      await write(id)
      rows.delete(id)
    },
    lastNumber: async () => last,
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
