import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databaseDocumentStore } from '../../server/db/document-store'
import { openDatabase } from '../../server/db/open-database'
import { type Provider, schemaDifference } from '../../server/db/schema-engine'
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

describe.skipIf(!url)('PostgreSQL (DATABASE_URL)', () => {
  it('its migrations lead exactly to the schema, and documents are kept', async () => {
    const { database } = await open(undefined, url)
    const adapter = new PrismaPg({ connectionString: url })
    expect(await schemaDifference('empty', schemaOf('postgresql'), adapter)).toContain('CREATE TABLE')
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
