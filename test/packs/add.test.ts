import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { addFiles } from '../../server/packs/add-files'
import { reportPack } from '../../server/packs/pack-report'
import { localFile, OFFICIAL, PackStore } from '../../server/packs/pack-store'
import { verifyPack } from '../../server/packs/verify'
import { tempFolder } from '../support/engine'
import { hash, manifest, weights } from '../support/packs'

const newStore = () => new PackStore(path.join(tempFolder(), 'packs'))

function folderWith(files: Record<string, Buffer | string>): string {
  const folder = tempFolder()
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), bytes)
  }
  return folder
}

const verify = async (store: PackStore, pack: string) => {
  const said: string[] = []
  const onEvent = (event: { type: string; file: string }) => said.push(`${event.type} ${event.file}`)
  const wrong = await verifyPack({ store, hash }, pack, { signal: new AbortController().signal, onEvent })
  return { wrong, said }
}

it('uses a folder with a pack.json where it lies', async () => {
  const store = newStore()
  const folder = folderWith({
    'pack.json': manifest(),
    'smga.pt': weights(1000),
    'vae/model.safetensors': weights(2000),
  })
  expect(addFiles(store, folder, {})).toEqual({ pack: 'tiny', files: ['vae/model.safetensors', 'smga.pt'] })
  expect(reportPack(store, store.get('tiny'))).toMatchObject({ state: 'installed', bytes: 3000, folder })
  expect(localFile(store.get('tiny'), 'smga.pt').path).toBe(path.join(folder, 'smga.pt'))
  expect(await verify(store, 'tiny')).toEqual({
    wrong: 0,
    said: ['file.verified vae/model.safetensors', 'file.verified smga.pt'],
  })
  await store.remove('tiny')
  expect(store.has('tiny')).toBe(false)
  expect(readFileSync(path.join(folder, 'smga.pt')).length).toBe(1000)
})

it('says so when the folder of a pack is gone, and lists the others', () => {
  const store = newStore()
  const folder = folderWith({ 'pack.json': manifest() })
  addFiles(store, folder, {})
  rmSync(folder, { recursive: true })
  expect(() => store.get('tiny')).toThrow('folder of the pack tiny is gone')
  expect(store.names()).toEqual([OFFICIAL, 'tiny'])
})

it('makes a single checkpoint a variant of the official pack, whose other parts it shares', async () => {
  const store = newStore()
  const folder = folderWith({ 'My finetune (v2).pt': weights(5000) })
  const file = path.join(folder, 'My finetune (v2).pt')
  expect(addFiles(store, file, { roles: ['smga'] })).toEqual({
    pack: 'my-finetune-v2-',
    files: ['My-finetune-v2-.pt'],
  })
  expect(localFile(store.get('my-finetune-v2-'), 'My-finetune-v2-.pt').path).toBe(file)
  const report = reportPack(store, store.get('my-finetune-v2-'))
  expect(report).toMatchObject({ state: 'installed', base: OFFICIAL, bytes: 5000 })
  expect(report.roles.find(({ role }) => role === 'smga')).toMatchObject({ state: 'installed' })
  expect(report.roles.find(({ role }) => role === 'vae')).toMatchObject({ state: 'missing', from: OFFICIAL })
  expect(store.withRole('my-finetune-v2-', 'vae')?.pack.name).toBe(OFFICIAL)
  await expect(store.remove(OFFICIAL)).rejects.toThrow('my-finetune-v2- builds on mmgt-official')
  await store.remove('my-finetune-v2-')
  expect(existsSync(file)).toBe(true)
})

it('a fine-tuned net has the prefix and the sizes of the net it replaces, for every network in it', () => {
  const store = newStore()
  const folder = folderWith({ 'net-40000.pth': weights(100) })
  const file = path.join(folder, 'net-40000.pth')
  addFiles(store, file, { roles: ['denoising-unet', 'pose-guider'], name: 'stage' })
  const { roles } = store.get('stage').pack
  expect(roles['denoising-unet']?.prefix).toBe('denoising_unet.')
  expect(roles['pose-guider']?.prefix).toBe('pose_guider.')

  const small = manifest({ roles: { smga: { files: ['smga.pt'], config: { heads: 2 } } } })
  addFiles(store, folderWith({ 'pack.json': small, 'smga.pt': weights(100) }), {})
  addFiles(store, file, { roles: ['smga'], name: 'tuned', base: 'tiny' })
  expect(store.get('tuned').pack.roles.smga?.config).toEqual({ heads: 2 })
})

it('finds the files of the published set in a folder by name and size', () => {
  const store = newStore()
  const folder = folderWith({
    'pretrained_weights/MMGT_pretrained/stage_1/audio2pose_best_model.pt': weights(700),
    'pretrained_weights/MMGT_pretrained/stage_2/process_2/net-32500.pth': weights(800),
    'pretrained_weights/sd-vae-ft-mse/diffusion_pytorch_model.safetensors': 'of another size',
  })
  const added = addFiles(store, folder, {})
  expect(added.pack).toBe(OFFICIAL)
  expect(added.files.sort()).toEqual([
    'MMGT_pretrained/stage_1/audio2pose_best_model.pt',
    'MMGT_pretrained/stage_2/process_2/net-32500.pth',
  ])
  const { roles, state } = reportPack(store, store.get(OFFICIAL))
  expect(state).toBe('partial')
  expect(roles.filter((role) => role.state === 'installed').map(({ role }) => role)).toEqual([
    'smga',
    'reference-unet',
    'denoising-unet',
    'pose-guider',
    'audio-projection',
  ])
})

it('refuses what it cannot use with one sentence', () => {
  const store = newStore()
  const empty = folderWith({ 'readme.txt': 'hello' })
  expect(() => addFiles(store, empty, {})).toThrow('has no pack.json and no file of the pack mmgt-official')
  expect(() => addFiles(store, '/nowhere/at/all', {})).toThrow('There is nothing at /nowhere/at/all')
  expect(() => addFiles(store, path.join(empty, 'readme.txt'), {})).toThrow('what is it for?')
  const folder = folderWith({ 'pack.json': manifest() })
  addFiles(store, folder, {})
  expect(() => addFiles(store, folder, {})).toThrow('There is a pack tiny already')
})

it('verify finds a byte that has changed since, in a file of the same size', async () => {
  const store = newStore()
  const bytes = weights(1000)
  const folder = folderWith({ 'smga.pt': bytes })
  const { sha256 } = await hash(path.join(folder, 'smga.pt'))
  writeFileSync(
    path.join(folder, 'pack.json'),
    manifest({ files: { 'smga.pt': { sha256, size: 1000 } }, roles: { smga: { files: ['smga.pt'] } } }),
  )
  addFiles(store, folder, {})
  expect((await verify(store, 'tiny')).wrong).toBe(0)
  bytes[500] ^= 1
  writeFileSync(path.join(folder, 'smga.pt'), bytes)
  expect(await verify(store, 'tiny')).toEqual({ wrong: 1, said: ['file.wrong smga.pt'] })
  expect(reportPack(store, store.get('tiny')).state).toBe('wrong')
})
