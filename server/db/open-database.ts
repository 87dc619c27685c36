import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { StudioError } from '../../nodes/core/errors'
import { PrismaClient } from '../../prisma/client/sqlite/client'
import { migrateFile } from './migrate-file'
import { applyMigrations, type Migration, type Provider } from './schema-engine'

export interface Database {
  provider: Provider
  /** For reading. */
  read: PrismaClient
  /** Everything that writes goes through here, one after the other: SQLite has one writer. */
  write<T>(work: (client: PrismaClient) => Promise<T>): Promise<T>
  /** Writes that hold or fail together. */
  transaction<T>(work: (client: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]

export interface DatabaseOptions {
  /** Folder of the project: where `prisma` lies. */
  root: string
  /** Data folder; the embedded database is `studio.db` in it. */
  data: string
  /** `postgres://…`; without it the embedded database is used. */
  url?: string
}

/** How long a lock of somebody else's (a backup, a database browser) is waited for. */
const BUSY_MS = 5_000

/**
 * Opens the database and brings it to the current schema.
 *
 * @throws StudioError `storage/database` when it cannot be opened, is locked or comes from a newer version
 */
export async function openDatabase({ root, data, url }: DatabaseOptions): Promise<Database> {
  const provider: Provider = url ? 'postgresql' : 'sqlite'
  const file = path.join(data, 'studio.db')
  const where = url ? 'The PostgreSQL database' : `The database ${file}`
  try {
    const folder = path.join(root, 'prisma', 'migrations', provider)
    const schema = readFileSync(path.join(folder, 'schema.prisma'), 'utf8')
    const migrations = readMigrations(folder)
    if (url) await applyMigrations(provider, schema, new PrismaPg({ connectionString: url }), migrations)
    else await migrateFile(file, schema, migrations)
    const client = url ? await connectPostgres(url) : await connectFile(file)
    await refuseNewer(client, migrations, where)
    return url ? manyWriters(client) : oneWriter(client, where)
  } catch (error) {
    throw asStorageError(error, where)
  }
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, sql: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A database that a later version has changed is not for this one. */
async function refuseNewer(client: PrismaClient, migrations: Migration[], where: string): Promise<void> {
  const applied = await client.$queryRawUnsafe<{ migration_name: string }[]>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL',
  )
  const unknown = applied.find(
    ({ migration_name }) => !migrations.some(({ name }) => name === migration_name),
  )
  if (!unknown) return
  await client.$disconnect()
  throw new StudioError(
    'storage/database',
    `${where} was changed by a newer MMGT Studio (${unknown.migration_name}).`,
    { hint: 'Update MMGT Studio, or choose another data folder: --data DIR.' },
  )
}

async function connectPostgres(url: string): Promise<PrismaClient> {
  const generated = await import('../../prisma/client/postgresql/client')
  const adapter = new PrismaPg({ connectionString: url })
  // Both clients are generated from one schema; their types differ in names only.
  return new generated.PrismaClient({ adapter }) as unknown as PrismaClient
}

async function connectFile(file: string): Promise<PrismaClient> {
  const adapter = new PrismaLibSql({ url: `file:${file}`, intMode: 'bigint', timeout: BUSY_MS })
  const client = new PrismaClient({ adapter })
  await client.$queryRawUnsafe('PRAGMA journal_mode = WAL') // kept in the file
  await client.$queryRawUnsafe('PRAGMA foreign_keys = ON')
  return client
}

function oneWriter(client: PrismaClient, where: string): Database {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work).catch((error) => {
      throw asStorageError(error, where)
    })
    last = result.catch(() => {})
    return result
  }
  return {
    provider: 'sqlite',
    read: client,
    write: (work) => inTurn(() => work(client)),
    transaction: (work) => inTurn(() => client.$transaction(work, { maxWait: BUSY_MS, timeout: 30_000 })),
    close: async () => {
      await last
      await client.$disconnect()
    },
  }
}

const manyWriters = (client: PrismaClient): Database => ({
  provider: 'postgresql',
  read: client,
  write: (work) => work(client),
  transaction: (work) => client.$transaction(work),
  close: () => client.$disconnect(),
})

/** What went wrong with the database itself; everything else passes as it is. */
function asStorageError(error: unknown, where: string): unknown {
  if (error instanceof StudioError) return error
  const text = error instanceof Error ? error.message : String(error)
  const prismaCode = error instanceof Error && 'code' in error ? error.code : undefined
  if (prismaCode === 'P1008' || /SQLITE_BUSY|database is locked/i.test(text)) {
    return new StudioError('storage/database', `${where} is locked by another program.`, {
      hint: 'Close what has it open (a backup, a database browser), then try again. Nothing was lost.',
      cause: error,
    })
  }
  if (/SQLITE_FULL|disk is full|ENOSPC|disk I\/O error/i.test(text)) {
    return new StudioError('storage/full', `${where} cannot grow: the disk is full.`, {
      hint: 'Free some space, then try again. What was acknowledged before is kept.',
      cause: error,
    })
  }
  if (/not a database|malformed|SQLITE_CORRUPT|SQLITE_NOTADB/i.test(text)) {
    return new StudioError('storage/database', `${where} is damaged: ${text.split('\n')[0]}.`, {
      hint: 'Put a copy of the data folder back, or move studio.db away to start with an empty library.',
      cause: error,
    })
  }
  if (/Can't reach database|ECONNREFUSED|SQLITE_CANTOPEN|unable to open/i.test(text)) {
    return new StudioError('storage/database', `${where} cannot be opened: ${text.trim().split('\n')[0]}`, {
      hint: 'Check that it is there and that this user may write to it.',
      cause: error,
    })
  }
  return error
}
