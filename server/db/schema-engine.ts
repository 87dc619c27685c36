/** Prisma's schema engine as WebAssembly: migrations without downloading a binary. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'

export type Provider = 'sqlite' | 'postgresql'

/** What is loaded of the engine's glue module; it has no types of its own. */
interface Glue {
  __wbg_set_wasm(exports: unknown): void
  SchemaEngine: {
    new (...never: never): SchemaEngine
    new: (options: object, log: () => void, adapter: object) => Promise<SchemaEngine>
  }
}

const NO_FILTER = { externalTables: [], externalEnums: [] }

/** The glue module holds one instance: a second one would pull the memory from under the first. */
let loaded: Promise<Glue> | undefined

/** The plain import of the package needs a loader for .wasm files, so it is put together by hand. */
async function loadGlue(): Promise<Glue> {
  // Called with the text of a panic, just before the engine traps.
  const set_message = (text: string) => {
    throw new Error(`schema engine: ${text}`)
  }
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message } })
  const glue = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as Glue
  const file = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
  const bytes = readFileSync(path.join(path.dirname(file), 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports,
  })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports.__wbindgen_start as () => void)()
  return glue
}

async function openEngine(
  schema: { path: string; content: string },
  adapter: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  loaded ??= loadGlue()
  const glue = await loaded
  return glue.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  )
}

export interface Migration {
  /** Name of its folder; the order of names is the order of application. */
  name: string
  sql: string
}

/** Applies what the database lacks. @returns the names of the migrations that were applied now */
export async function applyMigrations(
  provider: Provider,
  schema: string,
  adapter: SqlMigrationAwareDriverAdapterFactory,
  migrations: readonly Migration[],
): Promise<string[]> {
  const engine = await openEngine({ path: 'schema.prisma', content: schema }, adapter)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: 'migrations',
        shadowDbInitScript: '',
        lockfile: { path: 'migration_lock.toml', content: `provider = "${provider}"\n` },
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
      filters: NO_FILTER,
    })
    return appliedMigrationNames
  } finally {
    engine.free()
  }
}

/**
 * SQL that turns one schema into another.
 *
 * @param from a schema, `empty`, or `database` for the one behind `adapter`
 */
export async function schemaDifference(
  from: string | 'empty' | 'database',
  to: string,
  adapter: SqlMigrationAwareDriverAdapterFactory,
): Promise<string> {
  const engine = await openEngine({ path: 'schema.prisma', content: to }, adapter)
  const files = (content: string) => [{ path: 'schema.prisma', content }]
  try {
    const { stdout } = await engine.diff({
      from:
        from === 'empty'
          ? { tag: 'empty' }
          : from === 'database'
            ? { tag: 'schemaDatasource', files: files(to), configDir: '.' }
            : { tag: 'schemaDatamodel', files: files(from) },
      to: { tag: 'schemaDatamodel', files: files(to) },
      script: true,
      exitCode: null,
      filters: NO_FILTER,
    })
    return stdout ?? ''
  } finally {
    engine.free()
  }
}
