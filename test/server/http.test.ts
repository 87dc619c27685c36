import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import path from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { parseRange } from '../../server/http/send-file'
import { tempFolder } from '../support/engine'
import { root, testStudio } from '../support/services'

const portrait = path.join(root, 'nodes', 'examples', 'portrait-mara.png')

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Plain requests: `fetch` forbids the headers that attackers send. */
function ask(
  port: number,
  target: string,
  opts: { method?: string; headers?: Record<string, string>; body?: Buffer | string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      { port, host: '127.0.0.1', path: target, method: opts.method ?? 'GET', headers: opts.headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    call.on('error', reject)
    call.end(opts.body)
  })
}

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

  it('makes a thumbnail once, and only of pictures', async () => {
    const { services, port, data } = await testStudio()
    const { id } = await services.assets.import(portrait)
    const address = `/api/assets/${id.slice(7)}/thumbnail`
    const [a, b] = await Promise.all([ask(port, address), ask(port, address)])
    expect([a.status, a.headers['content-type'], a.body.equals(b.body)]).toEqual([200, 'image/jpeg', true])
    expect(a.body.length).toBeLessThan(60_000)
    expect(existsSync(path.join(data, 'thumbnails', `${id.slice(7)}.jpg`))).toBe(true)
    const speech = await services.assets.import(path.join(root, 'nodes/examples/speech-hello.wav'))
    expect((await ask(port, `/api/assets/${speech.id.slice(7)}/thumbnail`)).status).toBe(404)
  })
})

describe('uploads', () => {
  const tus = { 'tus-resumable': '1.0.0' }
  const meta = (name: string) => ({ 'upload-metadata': `filename ${Buffer.from(name).toString('base64')}` })

  async function create(port: number, name: string, length: number): Promise<Answer> {
    return ask(port, '/api/uploads', {
      method: 'POST',
      headers: { ...tus, ...meta(name), 'upload-length': String(length) },
    })
  }
  const patch = (port: number, location: string, offset: number, body: Buffer) =>
    ask(port, location, {
      method: 'PATCH',
      headers: {
        ...tus,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        'content-length': String(body.length),
      },
      body,
    })

  async function send(port: number, name: string, bytes: Buffer): Promise<Answer & { upload: string }> {
    const made = await create(port, name, bytes.length)
    const location = String(made.headers.location)
    return { ...(await patch(port, location, 0, bytes)), upload: location.split('/').pop()! }
  }

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
    const { readdirSync } = await import('node:fs')
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
})

describe('the guard', () => {
  const json = { 'content-type': 'application/json' }

  it('only pages of this studio change something in it', async () => {
    const { port, api } = await testStudio()
    const call = (headers: Record<string, string>) =>
      ask(port, '/api/trpc/workflow.create', {
        method: 'POST',
        headers: { ...json, ...headers },
        body: '{"name":"x"}',
      })
    expect((await call({ origin: 'http://evil.example' })).status).toBe(403)
    expect((await call({ origin: 'null' })).status).toBe(403)
    expect((await call({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await call({ host: `evil.example:${port}` })).status).toBe(421)
    expect((await call({ 'content-type': 'text/plain' })).status).toBe(415)
    expect((await api.workflow.list({})).workflows).toEqual([])
    expect((await call({ origin: `http://localhost:${port}` })).status).toBe(200)
  })

  it('sockets of other pages are refused, ours open', async () => {
    const { port } = await testStudio()
    const open = (extraHeaders: Record<string, string>) =>
      new Promise<boolean>((resolve) => {
        const socket = io(`http://127.0.0.1:${port}`, {
          path: '/ws',
          transports: ['websocket'],
          reconnection: false,
          forceNew: true,
          extraHeaders,
        })
        const end = (ok: boolean) => {
          socket.disconnect()
          resolve(ok)
        }
        socket.on('connect', () => end(true))
        socket.on('connect_error', () => end(false))
      })
    expect(await open({ origin: 'http://evil.example' })).toBe(false)
    expect(await open({ origin: `http://127.0.0.1:${port}` })).toBe(true)
  })

  it('large batches and large bodies are refused, and the studio goes on', async () => {
    const { port } = await testStudio()
    const many = Array.from({ length: 200 }, () => 'catalog.get').join(',')
    expect((await ask(port, `/api/trpc/${many}?batch=1&input=%7B%7D`)).status).toBe(400)
    const body = Buffer.alloc(13_000_000, 32)
    const large = await ask(port, '/api/trpc/workflow.create', {
      method: 'POST',
      headers: { ...json, 'content-length': String(body.length) },
      body,
    }).catch(() => ({ status: 413 })) // the answer may come while we still send
    expect(large.status).toBe(413)
    expect((await ask(port, '/healthz')).status).toBe(200)
  })
})

it('tells an operator how it is', async () => {
  const { port, api } = await testStudio()
  await api.workflow.create({ name: 'x' })
  const health = JSON.parse((await ask(port, '/healthz')).body.toString())
  expect([health.ok, health.database]).toEqual([true, true])
  const text = (await ask(port, '/metrics')).body.toString()
  for (const line of [/^mmgt_sockets 0$/m, /^mmgt_runs\{state="queued"\} 0$/m, /^mmgt_http_seconds_count/m])
    expect(text).toMatch(line)
})

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
