import { existsSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { registry } from '../../nodes/registry'
import { addFiles } from '../../server/packs/add-files'
import { networkFinder } from '../../server/packs/find-network'
import { missingWeights } from '../../server/packs/missing-weights'
import { PackStore } from '../../server/packs/pack-store'
import { tempFolder } from '../support/engine'
import { type HubServer, hubServer } from '../support/hub-server'
import { connect } from '../support/live'
import { manifest, weights } from '../support/packs'
import { testStudio } from '../support/services'

const VAE = 'vae/model.safetensors'
const bytes = weights(4_000_000)

/** A studio whose pack `tiny` is to be downloaded from the hub. */
async function studioWithTiny(hub: HubServer) {
  const before = process.env.HF_ENDPOINT
  process.env.HF_ENDPOINT = hub.url
  onTestFinished(() => {
    if (before === undefined) delete process.env.HF_ENDPOINT
    else process.env.HF_ENDPOINT = before
  })
  const own = path.join(tempFolder(), 'own')
  mkdirSync(own)
  writeFileSync(path.join(own, 'pack.json'), manifest())
  const studio = await testStudio()
  addFiles(new PackStore(path.join(studio.data, 'packs')), own, {})
  const tiny = async () => {
    const found = (await studio.api.pack.list()).find(({ name }) => name === 'tiny')
    if (!found || 'problem' in found) throw new Error('the pack cannot be read')
    return found
  }
  return { ...studio, tiny, part: path.join(studio.data, 'packs/tiny', `${VAE}.part`) }
}

it('a download tells every page how far it is, pauses, goes on and ends', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes, { bytesPerSecond: 2_000_000 })
  hub.serve('lab/weights/smga.pt', weights(1000, 2))
  const { api, port, tiny, part } = await studioWithTiny(hub)
  const told: { bytes: number; totalBytes: number; bytesPerSecond: number }[] = []
  const socket = connect(port)
  socket.on('packs.progressed', ({ bytes, totalBytes, bytesPerSecond }) =>
    told.push({ bytes, totalBytes, bytesPerSecond }),
  )
  expect(await tiny()).toMatchObject({ state: 'missing', pull: undefined })

  await api.pack.pull({ pack: 'tiny' })
  expect((await tiny()).pull).toMatchObject({ state: 'running' })
  await expect.poll(() => told.at(-1)?.bytes ?? 0).toBeGreaterThan(1_000_000)
  expect(told.at(-1)).toMatchObject({ totalBytes: 4_001_000, bytesPerSecond: expect.any(Number) })
  await api.pack.pause({ pack: 'tiny' })
  expect(await tiny()).toMatchObject({ state: 'partial', pull: { state: 'paused' } })
  const have = statSync(part).size

  await api.pack.pull({ pack: 'tiny' })
  await expect.poll(async () => (await tiny()).state).toBe('installed')
  await expect.poll(async () => (await tiny()).pull).toBeUndefined()
  expect(hub.requests.filter(({ path: url }) => url.includes('model')).at(-1)?.headers.range).toBe(
    `bytes=${have}-`,
  )
  expect(await api.pack.verify({ pack: 'tiny' })).toEqual({ wrong: 0 })
  const { parts } = await api.system.storage()
  expect(parts.find((entry) => entry.part === 'packs')?.bytes).toBeGreaterThan(4_001_000)
})

it('what is not whole can be thrown away, and a failure is said', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes, { bytesPerSecond: 2_000_000 })
  const { api, tiny, part } = await studioWithTiny(hub)
  await api.pack.pull({ pack: 'tiny', roles: ['vae'] })
  await expect.poll(() => existsSync(part)).toBe(true)
  await api.pack.discard({ pack: 'tiny' })
  expect(existsSync(part)).toBe(false)
  expect(await tiny()).toMatchObject({ state: 'missing', pull: undefined })
  await api.pack.pull({ pack: 'tiny', roles: ['smga'] })
  await expect.poll(async () => (await tiny()).pull?.error?.message).toContain('has no file smga.pt')
})

it('refuses names that are no packs', async () => {
  const { api } = await testStudio()
  await expect(api.pack.pull({ pack: '../x' })).rejects.toThrow()
  await expect(api.pack.pull({ pack: 'unknown' })).rejects.toThrow('There is no pack "unknown"')
})

it('a document says which weights its nodes need, as far as they are read and not here', () => {
  const store = new PackStore(path.join(tempFolder(), 'packs'))
  const document = (params: object, edges: [string, string][]): WorkflowDocument => ({
    schema: 1,
    id: 'w',
    name: 'W',
    nodes: { e: { type: 'audio/encoder', version: 1, params: { ...params }, mode: 'on', title: null } },
    edges: edges.map(([from, to]) => ({ from: ['e', from], to: ['x', to] })),
    layout: {},
    groups: [],
    notes: [],
  })
  const missing = (params: object, edges: [string, string][] = []) =>
    missingWeights(document(params, edges), registry, networkFinder(store)).map(({ roles }) =>
      roles.map(({ role }) => role),
    )
  expect(missing({})).toEqual([])
  expect(missing({ motionKind: 'wavlm' })).toEqual([['wavlm']])
  expect(missing({}, [['lips', 'speech']])).toEqual([['wav2vec2']])
  expect(missing({ motionKind: 'wavlm' }, [['lips', 'speech']])).toEqual([['wavlm', 'wav2vec2']])
  const file = path.join(store.folder, 'mmgt-official/wavlm-large/pytorch_model.bin')
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, '')
  truncateSync(file, 1261990257) // a file with a hole: it takes no room
  expect(missing({ motionKind: 'wavlm' })).toEqual([])
})
