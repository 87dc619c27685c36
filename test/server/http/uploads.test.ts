import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ask } from '../../support/ask'
import { root, testStudio } from '../../support/services'
import { smallDisk } from '../../support/small-disk'
import { create, patch, send, tus } from '../../support/upload'

const portrait = path.join(root, 'nodes', 'examples', 'portrait-mara.png')

describe('uploads', () => {
  it('a file that was cut off goes on where it stopped, and becomes an asset', async () => {
    const { api, port } = await testStudio()
    const bytes = readFileSync(portrait)
    const { headers } = await create(port, 'me.png', bytes.length)
    const location = String(headers.location)
    await patch(port, location, 0, bytes.subarray(0, 100_000))
    const { headers: at } = await ask(port, location, { method: 'HEAD', headers: tus })
    expect(at['upload-offset']).toBe('100000')
    const { status } = await patch(port, location, 100_000, bytes.subarray(100_000))
    expect(status).toBe(204)
    const asset = await api.asset.byUpload({ upload: location.split('/').pop()! })
    expect([asset.name, asset.kind, asset.facts]).toEqual(['me.png', 'image', { width: 1024, height: 1024 }])
  })

  it('what is of no use is refused with a sentence, and nothing of it stays', async () => {
    const { api, port, data } = await testStudio()
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const files: [string, Buffer][] = [
      ['vector.svg', Buffer.from(svg)],
      ['picture.png', Buffer.from(svg)],
      ['page.png', Buffer.from('<!doctype html><script>alert(1)</script>')],
      ['text.png', Buffer.from('only text')],
      ['cut.png', readFileSync(portrait).subarray(0, 20)],
      ['program.wav', Buffer.from('\x7fELF\x02\x01\x01')],
    ]
    for (const [name, bytes] of files) {
      const { status, body } = await send(port, name, bytes)
      expect(status, name).toBe(422)
      const { message } = JSON.parse(body.toString())
      expect(message.length, name).toBeGreaterThan(10)
      expect(message).not.toContain(data)
    }
    expect((await api.asset.list()).assets).toEqual([])
    expect(readdirSync(path.join(data, 'uploads'))).toEqual([])
  })

  it('a picture with a zip behind it is a picture and nothing else', async () => {
    const { api, port } = await testStudio()
    const zip = Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')
    const { upload, status } = await send(port, 'both.png', Buffer.concat([readFileSync(portrait), zip]))
    expect(status).toBe(204)
    const { kind, mime } = await api.asset.byUpload({ upload })
    expect([kind, mime]).toEqual(['image', 'image/png'])
  })

  it('refuses files above the cap before they are sent', async () => {
    const { port } = await testStudio()
    expect((await create(port, 'huge.mp4', 5e9)).status).toBe(413)
  })

  it('an empty file is refused when it is announced', async () => {
    const { port, data } = await testStudio()
    const { status, body } = await create(port, 'empty.png', 0)
    expect([status, JSON.parse(body.toString()).message.length > 10]).toEqual([422, true])
    expect(readdirSync(path.join(data, 'uploads'))).toEqual([])
  })

  it('what goes wrong is said as a sentence with a hint', async () => {
    const { port } = await testStudio({ uploads: { maxBytes: 1e6 } })
    const large = await create(port, 'huge.mp4', 2e6)
    expect(large.status).toBe(413)
    expect(JSON.parse(large.body.toString())).toMatchObject({
      code: 'asset/too-large',
      message: 'A file may have 1 MB at most.',
      hint: expect.stringContaining('--max-upload'),
    })
    const gone = await patch(port, '/api/uploads/0123456789abcdef', 0, Buffer.from('x'))
    expect([gone.status, JSON.parse(gone.body.toString()).code]).toEqual([404, 'asset/missing'])
    expect((await ask(port, '/api/uploads/0123456789abcdef')).status).toBe(405)
  })

  it('a client that lost the last answer finds the file all the same', async () => {
    const { api, port } = await testStudio()
    const bytes = readFileSync(portrait)
    const { upload } = await send(port, 'me.png', bytes)
    const { status, headers } = await ask(port, `/api/uploads/${upload}`, { method: 'HEAD', headers: tus })
    expect([status, headers['upload-offset']]).toEqual([200, String(bytes.length)])
    expect((await api.asset.byUpload({ upload })).name).toBe('me.png')
  })

  it('a file that was whole when the studio was killed is imported by the next one', async () => {
    const first = await testStudio()
    const bytes = readFileSync(portrait)
    const location = String((await create(first.port, 'me.png', bytes.length)).headers.location)
    const upload = location.split('/').pop()!
    // All bytes on the disk, nobody there to look at them.
    await first.close()
    writeFileSync(path.join(first.data, 'uploads', upload), bytes)
    const { api, port } = await testStudio({ data: first.data })
    const { headers } = await ask(port, `/api/uploads/${upload}`, { method: 'HEAD', headers: tus })
    expect(headers['upload-offset']).toBe(String(bytes.length))
    const asked = await Promise.all([api.asset.byUpload({ upload }), api.asset.byUpload({ upload })])
    expect(asked.map(({ name, kind }) => [name, kind])).toEqual([
      ['me.png', 'image'],
      ['me.png', 'image'],
    ])
    await expect(api.asset.byUpload({ upload: '../studio' })).rejects.toThrow('is not finished')
  })

  it('a line that breaks in the middle of a piece loses nothing that arrived', async () => {
    const { api, port } = await testStudio()
    const bytes = readFileSync(portrait)
    const location = String((await create(port, 'me.png', bytes.length)).headers.location)
    await new Promise<void>((resolve) => {
      const line = request({
        port,
        host: '127.0.0.1',
        path: location,
        method: 'PATCH',
        headers: {
          ...tus,
          'upload-offset': '0',
          'content-type': 'application/offset+octet-stream',
          'content-length': String(bytes.length),
        },
      })
      line.on('error', () => resolve())
      line.write(bytes.subarray(0, 200_000), () => line.destroy(new Error('cut')))
    })
    const offset = async () => {
      const { headers } = await ask(port, location, { method: 'HEAD', headers: tus })
      return Number(headers['upload-offset'])
    }
    const at = await offset()
    expect(at).toBeLessThanOrEqual(200_000)
    expect((await patch(port, location, at, bytes.subarray(at))).status).toBe(204)
    const asset = await api.asset.byUpload({ upload: location.split('/').pop()! })
    expect([asset.size, asset.facts]).toEqual([bytes.length, { width: 1024, height: 1024 }])
  })

  it('a full disk is said before the file is sent, or when it fills up on the way', async (context) => {
    const disk = smallDisk(12)
    if (!disk) return context.skip('mounting a small tmpfs is not permitted here')
    const data = path.join(disk, 'data')
    const { port, api } = await testStudio({ data, uploads: { reserveBytes: 1e6 } })
    const early = await create(port, 'huge.mp4', 50e6)
    expect([early.status, JSON.parse(early.body.toString()).code]).toEqual([507, 'storage/full'])
    const location = String((await create(port, 'large.wav', 8e6)).headers.location)
    writeFileSync(path.join(disk, 'other'), Buffer.alloc(7e6)) // somebody else's
    const late = await patch(port, location, 0, Buffer.alloc(8e6, 1))
    expect([late.status, JSON.parse(late.body.toString()).code]).toEqual([507, 'storage/full'])
    expect((await ask(port, location, { method: 'DELETE', headers: tus })).status).toBe(204)
    rmSync(path.join(disk, 'other'))
    const { upload } = await send(port, 'me.png', readFileSync(portrait))
    expect((await api.asset.byUpload({ upload })).name).toBe('me.png')
  })

  it('what nobody went on with for a day is removed at the next start', async () => {
    const first = await testStudio()
    const location = String((await create(first.port, 'old.png', 10)).headers.location)
    const old = path.join(first.data, 'uploads', location.split('/').pop()!)
    const location2 = String((await create(first.port, 'new.png', 10)).headers.location)
    await first.close()
    const longAgo = new Date(Date.now() - 25 * 3_600_000)
    for (const file of [old, `${old}.json`]) utimesSync(file, longAgo, longAgo)
    const { port, data } = await testStudio({ data: first.data })
    await expect.poll(() => readdirSync(path.join(data, 'uploads')).length).toBe(2)
    expect((await ask(port, location, { method: 'HEAD', headers: tus })).status).toBe(404)
    expect((await ask(port, location2, { method: 'HEAD', headers: tus })).status).toBe(200)
  })
})
