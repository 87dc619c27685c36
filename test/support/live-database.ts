import path from 'node:path'
import { databaseDocumentStore } from '../../server/db/document-store'
import { openDatabase } from '../../server/db/open-database'
import { databaseRunRows } from '../../server/db/run-rows'
import { emptyWorkflow, updateOf } from './live-server'

/** The studio's own database in a folder, with the empty workflow `w` in its library. */
export async function liveDatabase(folder: string) {
  const database = await openDatabase({ root: path.resolve(import.meta.dirname, '../..'), data: folder })
  const known = await database.read.workflow.findUnique({ where: { id: 'w' } })
  if (!known) {
    const bytes = Uint8Array.from(updateOf(emptyWorkflow('w')))
    await database.write((client) =>
      client.workflow.create({ data: { id: 'w', name: 'Test', updates: { create: { bytes } } } }),
    )
  }
  return { database, store: databaseDocumentStore(database), rows: databaseRunRows(database) }
}
