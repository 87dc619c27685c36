import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePack } from '../../server/packs/pack'
import type { PackStore } from '../../server/packs/pack-store'
import { tempFolder, testEngine, workflow } from '../support/engine'
import { networked, scale } from '../support/nodes'
import { manifest } from '../support/packs'

/** A pack of somebody's folder that gives one role. */
function addPack(packs: PackStore, name: string, bytes: number): string {
  const folder = path.join(tempFolder(), name)
  mkdirSync(folder)
  const file = path.join(folder, 'smga.pt')
  writeFileSync(file, Buffer.alloc(bytes))
  const text = manifest({ name, files: { 'smga.pt': {} }, roles: { smga: { files: ['smga.pt'] } } })
  writeFileSync(path.join(folder, 'pack.json'), text)
  packs.register(parsePack(text, name), { folder })
  return file
}

const one = (params: Record<string, unknown> = {}) => workflow().node('gestures', networked, params)

describe('a node that runs a network', () => {
  it('is refused before anything runs while its weights are not here, with the pack and how to get it', async () => {
    const { engine } = await testEngine()
    const document = one().node('after', scale, {}).link('gestures.bytes', 'after.x').document
    expect(() => engine.plan(document)).toThrow(
      expect.objectContaining({
        code: 'pack/missing',
        nodeId: 'gestures',
        message:
          'test/networked (gestures): it needs Gestures (SMGA) of the model pack mmgt-official, which is not here.',
        hint: expect.stringContaining('mmgt models pull mmgt-official'),
      }),
    )
    expect(() => engine.plan(one({ pack: 'elsewhere' }).document)).toThrow('There is no pack "elsewhere".')
  })

  it('gets the files of its role, and runs again only when they are others', async () => {
    const { data, run, value, ran, engine } = await testEngine()
    const file = addPack(data.packs, 'small', 7)
    const document = one({ pack: 'small' }).document
    expect(await value(await run(document), 'gestures', 'bytes')).toBe(7)
    await run(document)
    expect(ran()).toEqual(['gestures'])

    writeFileSync(file, Buffer.alloc(9))
    expect(engine.plan(document).steps.get('gestures')).toMatchObject({
      state: 'run',
      why: 'the weights of smga changed',
    })
    expect(await value(await run(document), 'gestures', 'bytes')).toBe(9)
  })

  it('has the machine’s networks to itself: another one waits, whatever else is free', async () => {
    const { data, run } = await testEngine({ pool: { threads: () => 4 } })
    addPack(data.packs, 'small', 7)
    const log = path.join(tempFolder(), 'log')
    const nodes = ['a', 'b', 'c'].reduce(
      (all, id, i) => all.node(id, networked, { pack: 'small', log, waitMs: 30 + i }),
      workflow(),
    )
    await run(nodes.document)
    expect(readFileSync(log, 'utf8')).toBe('begin\nend\n'.repeat(3))
  })
})
