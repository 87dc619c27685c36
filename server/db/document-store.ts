import type { DocumentStore } from '../realtime/document-store'
import type { Database } from './open-database'

/** Live documents as rows, one per update; compaction puts one in the place of many. */
export function databaseDocumentStore(database: Database): DocumentStore {
  return {
    async load(workflow) {
      const rows = await database.read.documentUpdate.findMany({
        where: { workflowId: workflow },
        orderBy: { seq: 'asc' },
        select: { bytes: true },
      })
      return rows.map(({ bytes }) => bytes)
    },
    async append(workflow, update) {
      await database.transaction(async (tx) => {
        await tx.documentUpdate.create({ data: { workflowId: workflow, bytes: Uint8Array.from(update) } })
        await tx.workflow.update({ where: { id: workflow }, data: { editedAt: new Date() } })
      })
    },
    async compact(workflow, merged) {
      await database.transaction(async (tx) => {
        await tx.documentUpdate.deleteMany({ where: { workflowId: workflow } })
        await tx.documentUpdate.create({ data: { workflowId: workflow, bytes: Uint8Array.from(merged) } })
      })
    },
  }
}
