import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { hashOnThread } from '../../server/packs/hash-file'
import { Hub } from '../../server/packs/hub'
import { parsePack } from '../../server/packs/pack'
import { PackStore } from '../../server/packs/pack-store'
import { type PullEvent, pullPack } from '../../server/packs/pull'
import { root } from './cli'
import { tempFolder } from './engine'
import type { HubServer } from './hub-server'
import { random } from './random-bytes'

export const hash = hashOnThread(path.join(root, 'dist/hash.js'))

/** The text of a `pack.json` of two roles with sources at the hub, changed as asked. */
export function manifest(changes: Record<string, unknown> = {}): string {
  const from = (name: string) => ({ source: { repo: 'lab/weights', path: name } })
  return JSON.stringify({
    format: 'mmgt-pack/1',
    name: 'tiny',
    version: '1.0.0',
    licence: { name: 'MIT' },
    dtype: 'float32',
    files: { 'vae/model.safetensors': from('vae/model.safetensors'), 'smga.pt': from('smga.pt') },
    roles: { vae: { files: ['vae/model.safetensors'] }, smga: { files: ['smga.pt'] } },
    ...changes,
  })
}

export interface TestPack {
  store: PackStore
  /** The folder of the pack in the data folder. */
  home: string
  events: PullEvent[]
  pull(opts?: Partial<Parameters<typeof pullPack>[2]> & { token?: string }): Promise<void>
}

/** A store with a pack of somebody's folder, so that its files are still to be downloaded. */
export function testPack(hub: Pick<HubServer, 'url'>, text = manifest(), folder = tempFolder()): TestPack {
  const store = new PackStore(path.join(folder, 'packs'))
  const own = path.join(folder, 'own')
  mkdirSync(own, { recursive: true })
  writeFileSync(path.join(own, 'pack.json'), text)
  const pack = parsePack(text, 'the pack of the test')
  if (!store.has(pack.name)) store.register(pack, { folder: own })
  const events: PullEvent[] = []
  return {
    store,
    home: path.join(folder, 'packs', pack.name),
    events,
    async pull({ token, ...opts } = {}) {
      const client = new Hub(new URL(hub.url), token, 2000)
      try {
        await pullPack({ store, hub: client, hash }, pack.name, {
          signal: new AbortController().signal,
          onEvent: (event) => events.push(event),
          limits: QUICK,
          ...opts,
        })
      } finally {
        await client.close()
      }
    },
  }
}

/** A second of a real download is a millisecond here. */
export const QUICK = { tries: 6, stallMs: 400, stallBytes: 2000, pauseMs: () => 5, maxWaitMs: 3000 }

/** Bytes that no two seeds share. */
export function weights(bytes: number, seed = 1): Buffer {
  const next = random(seed)
  return Buffer.from(Uint32Array.from({ length: Math.ceil(bytes / 4) }, next).buffer).subarray(0, bytes)
}
