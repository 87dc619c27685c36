import path from 'node:path'
import { PackStore } from '../packs/pack-store'
import { AssetStore } from './assets'
import { BlobStore } from './blobs'
import { ResultCache } from './cache'
import { makeFolder } from './files'

/** Everything the studio keeps on disk. Opening creates what is missing; any number of processes may open one. */
export interface DataFolder {
  root: string
  blobs: BlobStore
  cache: ResultCache
  assets: AssetStore
  packs: PackStore
  /** One folder per run: its journal. */
  runs: string
  /** What each node of a workflow was last computed from: the memory behind "why it runs". */
  history: string
  /** Keys that runs in progress rely on. */
  leases: string
  /** Per share link, the artifacts it shows. */
  pins: string
  /** Made of the weights of packs: converted copies, optimised graphs. */
  networks: string
  /** Files that nodes are writing. */
  temp: string
}

/** @throws StudioError `storage/unwritable` */
export function openDataFolder(root: string): DataFolder {
  const at = (name: string) => path.join(root, name)
  makeFolder(root)
  for (const name of ['blobs', 'cache', 'assets', 'runs', 'history', 'leases', 'pins', 'networks', 'temp'])
    makeFolder(at(name))
  const blobs = new BlobStore(at('blobs'))
  return {
    root,
    blobs,
    cache: new ResultCache(at('cache'), blobs),
    assets: new AssetStore(at('assets'), blobs),
    packs: new PackStore(at('packs')),
    runs: at('runs'),
    history: at('history'),
    leases: at('leases'),
    pins: at('pins'),
    networks: at('networks'),
    temp: at('temp'),
  }
}
