import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name)
    if (statSync(file).isDirectory()) yield* sources(file)
    else if (/\.tsx?$/.test(name) && !name.endsWith('.d.ts')) yield file
  }
}

interface Import {
  from: string
  /** Path below the root for our own files, else the package. */
  to: string
  own: boolean
  typeOnly: boolean
  dynamic: boolean
}

const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')

function resolveOwn(from: string, specifier: string): string {
  const base = path.resolve(path.dirname(from), specifier)
  for (const candidate of [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`]) {
    if (statSync(candidate, { throwIfNoEntry: false })?.isFile()) return path.relative(root, candidate)
  }
  return path.relative(root, base)
}

function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(file, 'utf8'))
  const found: Import[] = []
  const add = (specifier: string, typeOnly: boolean, dynamic: boolean) => {
    const own = specifier.startsWith('.')
    found.push({
      from: path.relative(root, file),
      to: own ? resolveOwn(file, specifier) : specifier,
      own,
      typeOnly,
      dynamic,
    })
  }
  for (const [, kind, type, specifier] of text.matchAll(
    /^(import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]/gm,
  )) {
    add(specifier, kind !== undefined && type !== undefined, false)
  }
  for (const [, specifier] of text.matchAll(/^import\s+['"]([^'"]+)['"]/gm)) add(specifier, false, false)
  for (const [, specifier] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    add(specifier, false, true)
  return found
}

const files = ['app', 'server', 'nodes', 'models'].flatMap((folder) => {
  const full = path.join(root, folder)
  return statSync(full, { throwIfNoEntry: false }) ? [...sources(full)] : []
})
const imports = files.flatMap(importsOf)
const runtime = imports.filter((entry) => !entry.typeOnly)

const inside = (file: string, ...folders: string[]) =>
  folders.some((folder) => file === folder || file.startsWith(`${folder}/`))
const PURE = ['nodes/lib/dsp', 'nodes/lib/pose', 'nodes/lib/mask', 'nodes/lib/warp']
/** Drawing tools that make what the repository ships; no product code imports them. */
const EXAMPLES = 'nodes/examples'

const offences = (list: Import[], isOffence: (entry: Import) => boolean) =>
  list.filter(isOffence).map(({ from, to }) => `${from} imports ${to}`)

it('reads imports (the test would pass on nothing)', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(imports.filter((entry) => entry.dynamic).length).toBeGreaterThan(10)
})

it('models import only models', () => {
  expect(
    offences(runtime, ({ from, to, own }) => inside(from, 'models') && own && !inside(to, 'models')),
  ).toEqual([])
})

it('nodes/core imports nothing of ours but itself, and of packages only zod and, for the live document, yjs', () => {
  const allowed = (from: string) => (from === 'nodes/core/live-document.ts' ? ['zod', 'yjs'] : ['zod'])
  const bad = ({ from, to, own }: Import) =>
    inside(from, 'nodes/core') && (own ? !inside(to, 'nodes/core') : !allowed(from).includes(to))
  expect(offences(imports, bad)).toEqual([])
})

it('pure algorithms import only pure algorithms and nodes/core, and no Node built-ins', () => {
  const packages = ['zod', 'fft.js']
  const bad = ({ from, to, own }: Import) =>
    inside(from, ...PURE) && (own ? !inside(to, ...PURE, 'nodes/core') : !packages.includes(to))
  expect(offences(runtime, bad)).toEqual([])
})

it('nodes import only nodes and models, and heavy code only inside run', () => {
  const isNode = (file: string) =>
    inside(file, 'nodes') &&
    !inside(file, 'nodes/core', 'nodes/lib', EXAMPLES) &&
    file !== 'nodes/registry.ts'
  const outward = ({ from, to, own }: Import) =>
    inside(from, 'nodes') && own && !inside(to, 'nodes', 'models')
  const heavy = ({ from, to, own, dynamic }: Import) =>
    isNode(from) &&
    !dynamic &&
    (own
      ? !inside(to, 'nodes/core') && !/-(schema|layers)\.ts$/.test(to)
      : to !== 'zod' && !to.startsWith('node:'))
  expect(offences(runtime, outward)).toEqual([])
  expect(offences(runtime, heavy)).toEqual([])
})

it('the server imports only itself, nodes and the runtime of models', () => {
  const bad = ({ from, to, own }: Import) =>
    inside(from, 'server') && own && !inside(to, 'server', 'nodes', 'models/runtime', 'prisma')
  expect(offences(runtime, bad)).toEqual([])
})

it('the engine knows definitions only through nodes/core', () => {
  const bad = ({ from, to, own }: Import) =>
    inside(from, 'server/engine') && own && inside(to, 'nodes') && !inside(to, 'nodes/core')
  expect(offences(imports, bad)).toEqual([])
})

it('the app takes only types from the server, and nobody imports the app', () => {
  expect(offences(runtime, ({ from, to }) => inside(from, 'app') && inside(to, 'server'))).toEqual([])
  expect(offences(imports, ({ from, to, own }) => own && !inside(from, 'app') && inside(to, 'app'))).toEqual(
    [],
  )
})

it('product code does not import the drawing tools of the examples', () => {
  expect(
    offences(runtime, ({ from, to, own }) => own && !inside(from, EXAMPLES) && inside(to, EXAMPLES)),
  ).toEqual([])
})

it('no file imports itself in a circle', () => {
  const edges = new Map<string, string[]>()
  for (const { from, to, own, dynamic } of runtime) {
    if (own && !dynamic) edges.set(from, [...(edges.get(from) ?? []), to])
  }
  const state = new Map<string, 'open' | 'done'>()
  const circles: string[] = []
  const walk = (file: string, trail: string[]) => {
    if (state.get(file) === 'open') circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
    if (state.has(file)) return
    state.set(file, 'open')
    for (const next of edges.get(file) ?? []) walk(next, [...trail, file])
    state.set(file, 'done')
  }
  for (const file of edges.keys()) walk(file, [])
  expect(circles).toEqual([])
})
