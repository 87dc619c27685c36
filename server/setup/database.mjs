/**
 * Prisma without downloads: generates the clients, and writes migrations.
 *
 *   node server/setup/database.mjs                   clients, when the schema has changed
 *   node server/setup/database.mjs migration NAME    a migration per provider from the last schema to this one;
 *                                                    DATABASE_URL names a PostgreSQL server, any, even an empty one
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const at = (...parts) => path.join(root, 'prisma', ...parts)
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const PROVIDERS = ['sqlite', 'postgresql']

/** The schema of a provider: the one that is checked in, with two words changed. */
const schemaOf = (provider) =>
  read(at('schema.prisma'))
    .replace('provider = "sqlite"', `provider = "${provider}"`)
    .replace('"./client/sqlite"', `"./${provider}"`)

/** Generates the clients into `prisma/client` when the schema has changed. */
export function ensureGenerated() {
  const state = createHash('sha256')
    .update(read(at('schema.prisma')))
    .digest('hex')
  if (read(at('client', '.stamp')) === state) return false
  mkdirSync(at('client'), { recursive: true })
  for (const provider of PROVIDERS) {
    writeFileSync(at('client', `${provider}.prisma`), schemaOf(provider))
    const result = spawnSync(`npx --no-install prisma generate --schema prisma/client/${provider}.prisma`, {
      cwd: root,
      shell: true,
      encoding: 'utf8',
      // Generating needs no engine, but looks for one and would download it: any existing file satisfies it.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    })
    if (result.status !== 0) {
      process.stderr.write(`The database client could not be generated.\n${result.stdout}${result.stderr}\n`)
      process.exit(1)
    }
  }
  writeFileSync(at('client', '.stamp'), state)
  return true
}

async function writeMigration(name) {
  if (!/^[a-z0-9_]+$/.test(name ?? '')) throw new Error('A migration needs a name of a-z, 0-9 and _.')
  const { build } = await import('esbuild')
  const outfile = path.join(root, 'dist', 'schema-engine.js')
  await build({
    absWorkingDir: root,
    entryPoints: ['server/db/schema-engine.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
  const { schemaDifference } = await import(outfile)
  const { PrismaLibSql } = await import('@prisma/adapter-libsql')
  const { PrismaPg } = await import('@prisma/adapter-pg')
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:T]/g, '')
  for (const provider of PROVIDERS) {
    const folder = at('migrations', provider)
    const snapshot = path.join(folder, 'schema.prisma')
    // Two schemas are compared, but PostgreSQL's flavour asks a server for its version first.
    const adapter =
      provider === 'sqlite'
        ? new PrismaLibSql({ url: 'file::memory:' })
        : new PrismaPg({ connectionString: process.env.DATABASE_URL })
    const sql = await schemaDifference(read(snapshot) || 'empty', schemaOf(provider), adapter)
    if (!sql.trim() || sql.includes('This is an empty migration')) continue
    mkdirSync(path.join(folder, `${stamp}_${name}`), { recursive: true })
    writeFileSync(path.join(folder, `${stamp}_${name}`, 'migration.sql'), sql)
    writeFileSync(snapshot, schemaOf(provider))
    process.stderr.write(`prisma/migrations/${provider}/${stamp}_${name}/migration.sql\n`)
  }
}

if (import.meta.filename === process.argv[1]) {
  if (process.argv[2] === 'migration') await writeMigration(process.argv[3])
  else ensureGenerated()
}
