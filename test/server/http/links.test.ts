import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ask } from '../../support/ask'
import { tempFolder } from '../../support/engine'
import { root, testStudio } from '../../support/services'

const portrait = path.join(root, 'nodes', 'examples', 'portrait-mara.png')

describe('links', () => {
  it('show what they cover and nothing else, until they are revoked', async () => {
    const { api, services, port } = await testStudio()
    const { workflow } = await api.workflow.create({ template: 'hello', name: 'Shown' })
    const own = await services.assets.import(portrait)
    const [speech] = (await api.asset.list()).assets.filter(({ kind }) => kind === 'audio')
    const { token } = await api.share.create({ workflow, assets: [] })
    expect(token).toMatch(/^[\w-]{22}$/)
    const view = await api.share.view({ token })
    expect([view.name, Object.keys(view.document.nodes).length]).toEqual(['Shown', 6])
    const status = async (id: string) => (await ask(port, `/api/assets/${id.slice(7)}?share=${token}`)).status
    expect(await status(speech.id)).toBe(200)
    const secret = await services.data.blobs.write(Buffer.from('secret'))
    expect((await ask(port, `/api/artifacts/${secret.sha256}?share=${token}`)).status).toBe(404)
    expect(own.example).toBe(true)
    await api.share.revoke({ token })
    await expect(api.share.view({ token })).rejects.toThrow('does not work')
    expect(await status(speech.id)).toBe(404)
  })

  it('an uploaded file travels only when it was chosen', async () => {
    const { api, services } = await testStudio()
    const file = path.join(tempFolder(), 'mine.wav')
    const wav = readFileSync(path.join(root, 'nodes/examples/speech-hello.wav'))
    wav[wav.length - 1] ^= 1 // a file of one's own: other bytes, other id
    writeFileSync(file, wav)
    const mine = await services.assets.import(file)
    const { document } = await api.workflow.get(await api.workflow.create({ template: 'hello' }))
    document.nodes.speech.params.asset = mine.id
    const { workflow } = await api.workflow.create({ document, name: 'With my voice' })
    const forked = async (assets: string[]) => {
      const { token } = await api.share.create({ workflow, assets })
      const { workflow: fork } = await api.share.fork({ token })
      return (await api.workflow.get({ workflow: fork })).document.nodes.speech.params.asset
    }
    expect(await forked([])).toBe('')
    expect(await forked([mine.id])).toBe(mine.id)
  })
})
