import { existsSync, renameSync, rmSync } from 'node:fs'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { applyMigrations, type Migration } from './schema-engine'

const open = (file: string) => new PrismaLibSql({ url: `file:${file}`, intMode: 'bigint' })

/**
 * Brings the embedded database to the current schema. SQLite runs the statements of a migration one by one, so a kill
 * in between leaves a database that neither the old nor the new studio can use. A new database is therefore made under
 * another name; of an old one a copy is made first, `<file>.before`, and one that is found at start means that this
 * has happened: it takes its place again.
 */
export async function migrateFile(file: string, schema: string, migrations: Migration[]): Promise<void> {
  const before = `${file}.before`
  if (existsSync(before)) {
    removeLogs(file) // first: they belong to what goes
    renameSync(before, file)
  }
  if (!existsSync(file)) {
    const fresh = `${file}.new`
    for (const name of [fresh, before]) removeLogs(name)
    rmSync(fresh, { force: true })
    await applyMigrations('sqlite', schema, open(fresh), migrations)
    return renameSync(fresh, file)
  }
  const applied = await appliedMigrations(file)
  if (migrations.every(({ name }) => applied.includes(name))) return
  await copyWhole(file, before)
  await applyMigrations('sqlite', schema, open(file), migrations)
  rmSync(before, { force: true })
}

/** Names of the migrations a database has gone through. */
async function appliedMigrations(file: string): Promise<string[]> {
  return using(file, async (query) => {
    const [found] = await query("SELECT count(*) FROM sqlite_master WHERE name = '_prisma_migrations'")
    if (!Number(found[0])) return []
    const rows = await query('SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL')
    return rows.map(([name]) => String(name))
  })
}

/** Everything that is in a database, and in its write-ahead log, in one file that is there whole or not at all. */
async function copyWhole(file: string, to: string): Promise<void> {
  const part = `${to}.tmp`
  rmSync(part, { force: true })
  await using(file, (query) => query(`VACUUM INTO '${part.replaceAll("'", "''")}'`))
  renameSync(part, to)
}

async function using<T>(file: string, work: (query: (sql: string) => Promise<unknown[][]>) => Promise<T>) {
  const connection = await open(file).connect()
  try {
    return await work(async (sql) => (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows)
  } finally {
    await connection.dispose()
  }
}

function removeLogs(file: string): void {
  for (const ending of ['-wal', '-shm', '-journal']) rmSync(file + ending, { force: true })
}
