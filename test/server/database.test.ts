import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseDocumentStore } from '../../server/db/document-store'
import { openDatabase } from '../../server/db/open-database'
import { applyMigrations, type Provider, schemaDifference } from '../../server/db/schema-engine'
import { tempFolder } from '../support/engine'
import { root } from '../support/services'

const url = process.env.DATABASE_URL

async function open(data = tempFolder(), databaseUrl?: string) {
  const database = await openDatabase({ root, data, url: databaseUrl })
  onTestFinished(() => database.close())
  return { database, data }
}

function schemaOf(provider: Provider): string {
  return readFileSync(path.join(root, 'prisma', 'client', `${provider}.prisma`), 'utf8')
}

describe('the embedded database', () => {
  it('its migrations lead exactly to the schema', async () => {
    const { data } = await open()
    const adapter = new PrismaLibSql({ url: `file:${path.join(data, 'studio.db')}` })
    expect(await schemaDifference('database', schemaOf('sqlite'), adapter)).toContain('empty migration')
  })

  it('every provider has a migration up to the schema that is checked in', () => {
    for (const provider of ['sqlite', 'postgresql']) {
      const folder = path.join(root, 'prisma', 'migrations', provider)
      const same = (text: string) => text.replace(/output\s+= .*/, '')
      expect(same(readFileSync(path.join(folder, 'schema.prisma'), 'utf8'))).toBe(
        same(schemaOf(provider as Provider)),
      )
      expect(readdirSync(folder).some((name) => /^\d{14}_/.test(name))).toBe(true)
    }
  })

  it('opens again without applying anything, and keeps what was written', async () => {
    const { database, data } = await open()
    await database.write((client) => client.setting.create({ data: { key: 'a', value: '1' } }))
    await database.close()
    const { database: again } = await open(data)
    expect(await again.read.setting.findMany()).toEqual([{ key: 'a', value: '1' }])
  })

  describe('of an earlier version', () => {
    const folder = path.join(root, 'prisma', 'migrations', 'sqlite')
    const [first] = readdirSync(folder).filter((name) => /^\d{14}_/.test(name))

    async function run(file: string, ...statements: string[]) {
      const connection = await new PrismaLibSql({ url: `file:${file}` }).connect()
      for (const sql of statements) await connection.queryRaw({ sql, args: [], argTypes: [] })
      await connection.dispose()
    }

    /** A database as the first version left it, with one version of a workflow of two nodes in it. */
    async function earlier(): Promise<string> {
      const data = tempFolder()
      const adapter = new PrismaLibSql({ url: `file:${path.join(data, 'studio.db')}` })
      const sql = readFileSync(path.join(folder, first, 'migration.sql'), 'utf8')
      await applyMigrations('sqlite', schemaOf('sqlite'), adapter, [{ name: first, sql }])
      await run(
        path.join(data, 'studio.db'),
        'PRAGMA journal_mode = WAL',
        "INSERT INTO Workflow (id, name) VALUES ('w', 'Kept')",
        `INSERT INTO Version (id, workflowId, number, kind, digest, document)
          VALUES ('v', 'w', 1, 'run', 'x', '{"nodes":{"a":{},"b":{}}}')`,
      )
      return data
    }

    it('is brought up to date with everything that was in it', async () => {
      const { database } = await open(await earlier())
      const { nodeCount, workflow } = await database.read.version.findUniqueOrThrow({
        where: { id: 'v' },
        include: { workflow: true },
      })
      expect([nodeCount, workflow.name]).toEqual([2, 'Kept'])
    })

    it('is as it was when the studio was killed on the way', async () => {
      const file = path.join(await earlier(), 'studio.db')
      // What a kill leaves: half of a migration done, and the copy from before.
      await run(file, `VACUUM INTO '${file}.before'`)
      await run(file, 'CREATE TABLE new_Version (id TEXT)', 'DROP TABLE Version')
      const { database, data } = await open(path.dirname(file))
      expect((await database.read.version.findMany()).map(({ id, nodeCount }) => [id, nodeCount])).toEqual([
        ['v', 2],
      ])
      expect(readdirSync(data).filter((name) => /before|new/.test(name))).toEqual([])
    })
  })

  it('one that a newer version has changed is left alone', async () => {
    const { database, data } = await open()
    await database.write((client) =>
      client.$executeRawUnsafe(
        `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
         VALUES ('n', 'x', current_timestamp, '29990101000000_tomorrow', current_timestamp, 1)`,
      ),
    )
    await database.close()
    await expect(openDatabase({ root, data })).rejects.toMatchObject({
      code: 'storage/database',
      message: expect.stringContaining('newer MMGT Studio (29990101000000_tomorrow)'),
    })
  })

  it('writes in turn, so that many at once all succeed', async () => {
    const { database } = await open()
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        database
          .transaction(async (tx) => {
            const last = await tx.setting.findUnique({ where: { key: 'count' } })
            const value = String(Number(last?.value ?? 0) + 1)
            await tx.setting.upsert({
              where: { key: 'count' },
              create: { key: 'count', value },
              update: { value },
            })
            if (i % 7 === 3) throw new Error('given up') // and this one leaves nothing behind
          })
          .catch((error) => expect(error.message).toBe('given up')),
      ),
    )
    const { value } = await database.read.setting.findUniqueOrThrow({ where: { key: 'count' } })
    expect(Number(value)).toBe(60 - [...Array(60).keys()].filter((i) => i % 7 === 3).length)
  })

  it('a file that is no database is named, and left alone', async () => {
    const data = tempFolder()
    const file = path.join(data, 'studio.db')
    writeFileSync(file, 'my diary, not a database, and long enough to be looked at '.repeat(40))
    await expect(openDatabase({ root, data })).rejects.toMatchObject({
      code: 'storage/database',
      message: expect.stringContaining('studio.db'),
    })
    expect(readFileSync(file, 'utf8')).toMatch(/^my diary/)
  })

  it('another program that holds the lock is waited for, and then named', async () => {
    const { database, data } = await open()
    const holder = new PrismaLibSql({ url: `file:${path.join(data, 'studio.db')}` })
    const connection = await holder.connect()
    const held = await connection.startTransaction()
    await held.executeRaw({ sql: 'CREATE TABLE held (a INTEGER)', args: [], argTypes: [] })
    const refused = database.write((client) => client.setting.create({ data: { key: 'b', value: '2' } }))
    await expect(refused).rejects.toMatchObject({
      code: 'storage/database',
      message: expect.stringContaining('locked by another program'),
    })
    await held.rollback()
    await connection.dispose()
    await database.write((client) => client.setting.create({ data: { key: 'b', value: '2' } }))
  })

  it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'a full disk is named, and what was acknowledged before is there',
    async () => {
      const data = tempFolder()
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', data])
      onTestFinished(() => void execFileSync('umount', ['-l', data]))
      const { database } = await open(data)
      await database.write((client) => client.workflow.create({ data: { id: 'w', name: 'x' } }))
      const store = databaseDocumentStore(database)
      let acknowledged = 0
      const fill = async () => {
        for (;;) {
          await store.append('w', new Uint8Array(100_000).fill(acknowledged + 1))
          acknowledged++
        }
      }
      await expect(fill()).rejects.toMatchObject({ code: 'storage/full' })
      const stored = await store.load('w')
      expect(stored.map((update) => update[0])).toEqual(Array.from({ length: acknowledged }, (_, i) => i + 1))
    },
  )
})

/**
 * The adapter cannot read columns of PostgreSQL's type "char" (18), which its catalogue has and we have not; only
 * comparing a database with a schema meets them. They are read as text (25).
 */
function readCharColumnsAsText(): void {
  const { Query } = createRequire(createRequire(import.meta.url).resolve('@prisma/adapter-pg'))('pg') as {
    Query: { prototype: { handleRowDescription(message: { fields: { dataTypeID: number }[] }): void } }
  }
  const { handleRowDescription } = Query.prototype
  Query.prototype.handleRowDescription = function (message) {
    for (const field of message.fields) if (field.dataTypeID === 18) field.dataTypeID = 25
    handleRowDescription.call(this, message)
  }
}

describe.skipIf(!url)('PostgreSQL (DATABASE_URL)', () => {
  it('its migrations lead exactly to the schema, and documents are kept', async () => {
    const { database } = await open(undefined, url)
    readCharColumnsAsText()
    const adapter = new PrismaPg({ connectionString: url })
    expect(await schemaDifference('database', schemaOf('postgresql'), adapter)).toContain('empty migration')
    const id = `w${process.pid}`
    await database.write((client) => client.workflow.create({ data: { id, name: 'x' } }))
    const store = databaseDocumentStore(database)
    await store.append(id, Uint8Array.of(1, 2))
    await store.append(id, Uint8Array.of(3))
    expect((await store.load(id)).map((update) => [...update])).toEqual([[1, 2], [3]])
    await store.compact(id, Uint8Array.of(9))
    expect((await store.load(id)).map((update) => [...update])).toEqual([[9]])
    await database.write((client) => client.workflow.delete({ where: { id } }))
  })
})

it('the database is where the data folder is', async () => {
  const { data } = await open()
  expect(existsSync(path.join(data, 'studio.db'))).toBe(true)
})
