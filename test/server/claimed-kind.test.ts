import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { FileWorker } from '../../server/files/file-worker'
import { openDataFolder } from '../../server/storage/data-folder'
import { tempFolder } from '../support/engine'
import { root } from '../support/services'

const examples = path.join(root, 'nodes/examples')

it('a file that is something else than it is called is refused, whichever way round, and not kept', async () => {
  const worker = new FileWorker(path.join(root, 'dist', 'files.js'))
  onTestFinished(() => worker.close())
  const data = openDataFolder(tempFolder())
  const take = (from: string | Buffer, name: string, claimedType?: string) => {
    const file = path.join(data.temp, name)
    if (typeof from === 'string') copyFileSync(path.join(examples, from), file)
    else writeFileSync(file, from)
    return worker.do({ type: 'import', data: data.root, file, name, claimedType })
  }
  const zip = Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')
  await expect(take('speech-hello.wav', 'me.png')).rejects.toThrow('me.png is called a picture, but')
  await expect(take('portrait-mara.png', 'speech.wav')).rejects.toThrow('is called a recording or video, but')
  await expect(take('portrait-mara.png', 'blob', 'audio/wav')).rejects.toMatchObject({
    code: 'asset/mismatch',
  })
  await expect(take(zip, 'me.jpg')).rejects.toThrow('(application/zip)')
  const { sha256, kind } = await take('portrait-mara.png', 'renamed.JPG') // a PNG, and still a picture
  expect([kind, existsSync(data.blobs.pathOf(sha256))]).toEqual(['image', true])
  expect((await take('speech-hello.wav', 'no ending')).kind).toBe('audio')
  expect((await take('speech-story.wav', 'take.webm', 'video/webm')).kind).toBe('audio')
})
