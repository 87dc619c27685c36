import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { parseRange } from '../../../server/http/send-file'
import { ask } from '../../support/ask'
import { tempFolder } from '../../support/engine'
import { encode, greyVideo } from '../../support/media'
import { root, testStudio } from '../../support/services'

const portrait = path.join(root, 'nodes', 'examples', 'portrait-mara.png')

describe('files over HTTP', () => {
  it('any range of an artifact is exactly those bytes', async () => {
    const { services, port } = await testStudio()
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
    const { sha256 } = await services.data.blobs.write(bytes)
    await fc.assert(
      fc.asyncProperty(fc.nat(1100), fc.option(fc.nat(1100)), async (start, end) => {
        const range = `bytes=${start}-${end ?? ''}`
        const { status, body, headers } = await ask(port, `/api/artifacts/${sha256}`, { headers: { range } })
        if (end !== null && end < start) return void expect([status, body.length]).toEqual([200, 1000])
        if (start >= 1000) return void expect(status).toBe(416)
        const last = Math.min(999, end ?? 999)
        expect(status).toBe(206)
        expect(headers['content-range']).toBe(`bytes ${start}-${last}/1000`)
        expect(body.equals(bytes.subarray(start, last + 1))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('reads any header without failing, and never more than there is', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(5000), (header, size) => {
        const range = parseRange(header, size)
        if (range === null || range === 'beyond') return
        expect(range.start).toBeLessThanOrEqual(range.end)
        expect(range.end).toBeLessThan(size)
      }),
      { numRuns: 2000 },
    )
    expect(parseRange('bytes=-5', 10)).toEqual({ start: 5, end: 9 })
    expect(parseRange('bytes=-50', 10)).toEqual({ start: 0, end: 9 })
  })

  it('stored brotli is passed on to who understands it and unpacked for who does not', async () => {
    const { services, port } = await testStudio()
    const text = Buffer.from('pixels '.repeat(5000))
    const { sha256 } = await services.data.blobs.write(brotliCompressSync(text))
    const address = `/api/artifacts/${sha256}?br=1`
    const packed = await ask(port, address, { headers: { 'accept-encoding': 'gzip, br' } })
    expect([packed.headers['content-encoding'], packed.body.length < 200]).toEqual(['br', true])
    const plain = await ask(port, address)
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.body.equals(text)).toBe(true)
  })

  it('is only what the whitelist allows, and never something a browser would run', async () => {
    const { services, port } = await testStudio()
    const { sha256 } = await services.data.blobs.write(Buffer.from('<script>alert(1)</script>'))
    for (const mime of ['text/html', 'image/svg+xml', 'application/javascript']) {
      const { headers } = await ask(port, `/api/artifacts/${sha256}?mime=${encodeURIComponent(mime)}`)
      expect(headers['content-type']).toBe('application/octet-stream')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
    const name = encodeURIComponent('Mára "x"\r\nSet-Cookie: a=b.mp4')
    const { headers } = await ask(port, `/api/artifacts/${sha256}?download=1&name=${name}`)
    expect(headers['set-cookie']).toBeUndefined()
    expect(String(headers['content-disposition'])).toMatch(/^attachment; filename="[^"\r\n]*"/)
  })

  it('answers ids that are none with 404 and a sentence', async () => {
    const { port } = await testStudio()
    for (const id of ['..%2f..%2fetc%2fpasswd', 'x', '0'.repeat(63), '0'.repeat(64), '%00']) {
      const { status, body } = await ask(port, `/api/artifacts/${id}`)
      expect([status, typeof JSON.parse(body.toString()).message]).toEqual([404, 'string'])
    }
  })

  it('makes a thumbnail once, of pictures and of the first frame of videos only', async () => {
    const { services, port, data } = await testStudio()
    const { id } = await services.assets.import(portrait)
    const address = `/api/assets/${id.slice(7)}/thumbnail`
    const [a, b] = await Promise.all([ask(port, address), ask(port, address)])
    expect([a.status, a.headers['content-type'], a.body.equals(b.body)]).toEqual([200, 'image/jpeg', true])
    expect(a.body.length).toBeLessThan(60_000)
    expect(existsSync(path.join(data, 'thumbnails', `${id.slice(7)}.jpg`))).toBe(true)
    const film = await services.assets.import(
      (await encode(greyVideo(3, { level: (f) => 200 - 80 * f }))).file,
    )
    const first = await ask(port, `/api/assets/${film.id.slice(7)}/thumbnail`)
    const { channels } = await sharp(first.body).stats()
    expect(Math.abs(channels[0].mean - 200)).toBeLessThan(4)
    const speech = await services.assets.import(path.join(root, 'nodes/examples/speech-hello.wav'))
    expect((await ask(port, `/api/assets/${speech.id.slice(7)}/thumbnail`)).status).toBe(404)
  })

  it('a browser that has an artifact is told so, and a range of another one is not taken for its own', async () => {
    const { services, port } = await testStudio()
    const { sha256 } = await services.data.blobs.write(Buffer.from('0123456789'))
    const get = (headers: Record<string, string>) => ask(port, `/api/artifacts/${sha256}`, { headers })
    const etag = String((await get({})).headers.etag)
    for (const known of [etag, `"x", W/${etag}`, '*']) {
      const { status, body } = await get({ 'if-none-match': known })
      expect([status, body.length], known).toEqual([304, 0])
    }
    expect((await get({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206)
    expect((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).body.toString()).toBe('0123456789')
    const { body, headers } = await ask(port, `/api/artifacts/${sha256}`, { method: 'HEAD' })
    expect([body.length, headers['content-length']]).toEqual([0, '10'])
  })

  it('brotli is not sent to who rules it out, and either form has a tag of its own', async () => {
    const { services, port } = await testStudio()
    const { sha256 } = await services.data.blobs.write(brotliCompressSync(Buffer.from('text')))
    const get = (accepted: string) =>
      ask(port, `/api/artifacts/${sha256}?br=1`, { headers: { 'accept-encoding': accepted } })
    const [packed, refused] = [await get('br;q=0.5, gzip'), await get('gzip, br;q=0')]
    expect([packed.headers['content-encoding'], refused.headers['content-encoding']]).toEqual([
      'br',
      undefined,
    ])
    expect(refused.body.toString()).toBe('text')
    expect(packed.headers.etag).not.toBe(refused.headers.etag)
  })

  it('names of downloads keep their letters and lead nowhere', async () => {
    const { services, port } = await testStudio()
    const { sha256 } = await services.data.blobs.write(Buffer.from('x'))
    const exact = async (name: string) => {
      const query = `?download=1&name=${encodeURIComponent(name)}`
      const { headers } = await ask(port, `/api/artifacts/${sha256}${query}`)
      return decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(String(headers['content-disposition']))![1])
    }
    expect(await exact('Mára’s 100 % (2).mp4')).toBe('Mára’s 100 % (2).mp4')
    expect(await exact('../../.bashrc')).not.toMatch(/^\.|\//)
    expect(await exact('C:\\x\\y.mp4')).not.toContain('\\')
    expect(await exact('photo\u202egpj.exe')).toBe('photo_gpj.exe') // would read "photoexe.jpg"
    expect(await exact('')).toBe(sha256)
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (name) => {
        expect((await exact(name)).length).toBeGreaterThan(0)
      }),
      { numRuns: 40 },
    )
  })

  it('a picture that cannot be drawn has no thumbnail, and the next one has', async () => {
    const { services, port } = await testStudio()
    const cut = path.join(tempFolder(), 'cut.png')
    writeFileSync(cut, readFileSync(portrait).subarray(0, 3000))
    const { id } = await services.assets.import(cut)
    const { status, body } = await ask(port, `/api/assets/${id.slice(7)}/thumbnail`)
    expect([status, JSON.parse(body.toString()).code]).toEqual([404, 'asset/no-thumbnail'])
    const whole = await services.assets.import(portrait)
    expect((await ask(port, `/api/assets/${whole.id.slice(7)}/thumbnail`)).status).toBe(200)
  })
})
