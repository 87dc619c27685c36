import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../../nodes/core/errors'
import { parsePack } from '../../server/packs/pack'
import { reportPack } from '../../server/packs/pack-report'
import { localFile, OFFICIAL, PackStore } from '../../server/packs/pack-store'
import { tempFolder } from '../support/engine'
import { manifest } from '../support/packs'

const withFile = (name: string) =>
  `{"format":"mmgt-pack/1","name":"x","version":"1","licence":{"name":"MIT"},"dtype":"float32","files":{${JSON.stringify(name)}:{}},"roles":{}}`

const problem = (text: string): string => {
  try {
    parsePack(text, 'it')
    return ''
  } catch (error) {
    if (error instanceof StudioError) return error.message
    throw error
  }
}

describe('a pack manifest', () => {
  it.each([
    '..',
    '../a',
    'a/../../b',
    '/etc/passwd',
    'C:/a',
    'C:a',
    '\\\\host\\a',
    'a\\b',
    './a',
    'a//b',
    'a/',
    '.hidden',
    'a\0b',
    'a\nb',
    '~/a',
    'con',
    'a/NUL.txt',
    'a.',
    'pack.json',
    'state.json',
    'a.part',
    'é',
    '__proto__/../x',
    'x'.repeat(201),
  ])('refuses the file name %j in one sentence', (name) => {
    expect(problem(withFile(name))).toMatch(/^it is not a pack manifest: .*\.$/s)
  })

  it.each([
    ['a key that is no name', `{"__proto__":{"name":"x"}}`, '"__proto__" cannot be a name'],
    ['a file called so', withFile('a').replace('"a":{}', '"__proto__":{}'), '"__proto__" cannot be a name'],
    [
      'names that differ in case',
      manifest({ files: { 'A.pt': {}, 'a.pt': {} }, roles: {} }),
      'one file where case does not count',
    ],
    ['a file inside a file', manifest({ files: { a: {}, 'a/b': {} }, roles: {} }), '"a/b" lies in it'],
    [
      'a role of an unknown file',
      manifest({ roles: { vae: { files: ['b'] } } }),
      'roles.vae: "b" is not among its files',
    ],
    ['an unknown role', manifest({ roles: { clip: { files: ['smga.pt'] } } }), 'roles'],
    [
      'an address as a source',
      manifest({ files: { a: { source: { url: 'http://10.0.0.1/a' } } }, roles: {} }),
      'files.a.source',
    ],
    [
      'a repository with a way out',
      manifest({ files: { a: { source: { repo: '../..', path: 'a' } } }, roles: {} }),
      'owner/name',
    ],
    ['a short hash', manifest({ files: { a: { sha256: 'abc' } }, roles: {} }), 'files.a.sha256'],
    ['a negative size', manifest({ files: { a: { size: -1 } }, roles: {} }), 'files.a.size'],
    ['a name with a way out', manifest({ name: '../x' }), 'name'],
    ['itself as base', manifest({ base: 'tiny' }), 'its own base'],
    ['another format', manifest({ format: 'mmgt-pack/9' }), 'format'],
    ['a field nobody knows', manifest({ run: 'rm -rf' }), 'run'],
    ['no JSON', 'weights', 'not JSON'],
    ['a megabyte of text', ' '.repeat(1_000_001), '1000000 at most'],
  ])('refuses %s', (_, text, words) => {
    expect(problem(text)).toContain(words)
  })

  it('accepts no name that leads out of a folder', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', '__proto__', 'constructor', 'a', 'a.pt'),
      fc.string({ maxLength: 6 }),
    )
    const name = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 5 }), fc.constantFrom('/', '\\', '//'))
      .map(([parts, by]) => parts.join(by))
    fc.assert(
      fc.property(name, (hostile) => {
        if (problem(withFile(hostile)) !== '') return
        const pack = parsePack(withFile(hostile), 'it')
        expect(Object.keys(pack.files)).toEqual([hostile])
        for (const { resolve, relative, isAbsolute } of [path.posix, path.win32]) {
          const root = resolve('/packs/x')
          const inside = relative(root, resolve(root, hostile))
          expect(inside.startsWith('..') || isAbsolute(inside) || inside === '').toBe(false)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('answers any JSON with a manifest or one sentence', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.object().map((value) => JSON.stringify({ ...JSON.parse(manifest()), ...value })),
        ),
        (text) => {
          const said = problem(text)
          if (said) expect(said).toMatch(/^it is not a pack manifest: /)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('changes no prototype', () => {
    problem(withFile('a').replace('"a":{}', '"__proto__":{"polluted":1}'))
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('the files of a pack', () => {
  it('are not followed out of their folder', () => {
    const folder = tempFolder()
    const own = path.join(folder, 'own')
    mkdirSync(own)
    writeFileSync(path.join(folder, 'secret'), 'secret')
    symlinkSync(path.join(folder, 'secret'), path.join(own, 'smga.pt'))
    symlinkSync(folder, path.join(own, 'vae'))
    const store = new PackStore(path.join(folder, 'packs'))
    store.register(parsePack(manifest(), 'it'), { folder: own })
    writeFileSync(path.join(own, 'pack.json'), manifest())
    mkdirSync(path.join(folder, 'model.safetensors'))
    for (const name of ['smga.pt', 'vae/model.safetensors'])
      expect(() => localFile(store.get('tiny'), name)).toThrow('leads out of the folder')
  })

  it('of the shipped pack are all described, and nothing is made up', () => {
    const store = new PackStore(path.join(tempFolder(), 'packs'))
    const { roles, files, state } = reportPack(store, store.get(OFFICIAL))
    expect(state).toBe('missing')
    expect(roles.map(({ role }) => role)).toContain('denoising-unet')
    expect(roles).toHaveLength(12)
    for (const file of files) {
      expect(file.repo).toMatch(/^\S+\/\S+$/)
      expect(file.licence.url).toContain(file.repo)
    }
    const { pack } = store.get(OFFICIAL)
    for (const { size, sha256 } of Object.values(pack.files))
      expect(size === undefined).toBe(sha256 === undefined)
  })
})
