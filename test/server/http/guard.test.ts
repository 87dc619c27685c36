import { connect } from 'node:net'
import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { ask } from '../../support/ask'
import { testStudio } from '../../support/services'

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
    const few = Array.from({ length: 20 }, () => 'catalog.get').join(',')
    expect((await ask(port, `/api/trpc/${few}?batch=1&input=%7B%7D`)).status).toBe(200)
    const body = Buffer.alloc(13_000_000, 32)
    const large = await ask(port, '/api/trpc/workflow.create', {
      method: 'POST',
      headers: { ...json, 'content-length': String(body.length) },
      body,
    }).catch(() => ({ status: 413 })) // the answer may come while we still send
    expect(large.status).toBe(413)
    expect((await ask(port, '/healthz')).status).toBe(200)
  })

  it('a body that does not say how long it is has the same cap', async () => {
    const { port, api } = await testStudio()
    const body = `{"name":"${'x'.repeat(13_000_000)}"}`
    const { status } = await ask(port, '/api/trpc/workflow.create', {
      method: 'POST',
      headers: { ...json, 'transfer-encoding': 'chunked' },
      body,
    }).catch(() => ({ status: 413 }))
    expect(status).toBe(413)
    expect((await api.workflow.list({})).workflows).toEqual([])
  })

  it('no page of others may send files, and none is told that it may', async () => {
    const { port } = await testStudio()
    const evil = { origin: 'http://evil.example', 'tus-resumable': '1.0.0', 'upload-length': '10' }
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'tus-resumable',
    }
    for (const [method, headers] of [
      ['POST', evil],
      ['OPTIONS', { ...evil, ...asked }],
      ['HEAD', evil],
    ] as const) {
      const { headers: said, status } = await ask(port, '/api/uploads', { method, headers })
      expect(said['access-control-allow-origin'], method).toBeUndefined()
      if (method !== 'HEAD') expect(status, method).toBe(403)
    }
  })

  it('answers every address: none keeps a caller waiting', async () => {
    const { port } = await testStudio()
    for (const target of ['/ws', '/wsx', '/ws/', '//', '//evil/api/assets/x', '/api/artifacts/%', '/api/x']) {
      expect((await ask(port, target)).status, target).toBeGreaterThanOrEqual(400)
    }
    expect((await ask(port, `http://127.0.0.1:${port}/api/trpc/catalog.get`)).status).toBe(400)
  })

  it('closes sockets that nobody here opens', async () => {
    const { port } = await testStudio()
    const upgrade = (target: string, headers: Record<string, string> = {}) =>
      new Promise<string>((resolve, reject) => {
        const line = connect(port, '127.0.0.1', () => {
          const all = { host: `127.0.0.1:${port}`, connection: 'upgrade', upgrade: 'websocket', ...headers }
          const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
          line.write([`GET ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
        })
        let said = ''
        line.on('data', (text) => {
          said += text
        })
        line.on('error', reject)
        line.on('close', () => resolve(said.split('\r\n')[0]))
      })
    const engine = '/ws/?EIO=4&transport=websocket'
    expect(await upgrade('/elsewhere')).toContain('404')
    expect(await upgrade(engine, { origin: 'http://evil.example' })).toContain('403')
    expect(await upgrade(engine, { host: `evil.example:${port}` })).toContain('403')
    expect((await ask(port, '/healthz')).status).toBe(200)
  })

  it('every answer says what a browser may do with it', async () => {
    const { port } = await testStudio()
    const polling = '/ws/?EIO=4&transport=polling'
    for (const target of ['/', '/healthz', '/metrics', '/api/x', polling]) {
      const { headers } = await ask(port, target)
      expect(headers['x-content-type-options'], target).toBe('nosniff')
      expect(headers['referrer-policy'], target).toBe('no-referrer')
      expect(headers['permissions-policy'], target).toContain('microphone=(self)')
      expect(headers['cross-origin-resource-policy'], target).toBe('same-origin')
      expect(headers['access-control-allow-origin'], target).toBeUndefined()
    }
  })

  it('lets only scripts with the nonce of their own answer run', async () => {
    const { port } = await testStudio()
    const policy = async () => String((await ask(port, '/')).headers['content-security-policy'])
    const [a, b] = [await policy(), await policy()]
    const scripts = (text: string) => /script-src ([^;]*)/.exec(text)![1]
    expect(scripts(a)).toMatch(/^'self' 'nonce-[\w+/]{22}=='$/)
    expect(scripts(a)).not.toBe(scripts(b))
    expect(a).toContain("frame-ancestors 'none'")
    expect(a).toContain("worker-src 'self' blob:")
  })
})

it('tells an operator how it is', async () => {
  const { port, api } = await testStudio()
  await api.workflow.create({ name: 'x' })
  const health = JSON.parse((await ask(port, '/healthz')).body.toString())
  expect([health.ok, health.database, health.worker]).toEqual([true, true, 'alive'])
  expect([health.version, typeof health.uptimeSeconds]).toEqual(['0.1.0', 'number'])
  const text = (await ask(port, '/metrics')).body.toString()
  for (const line of [
    /^mmgt_sockets 0$/m,
    /^mmgt_runs\{state="queued"\} 0$/m,
    /^mmgt_http_seconds_count/m,
    /^mmgt_worker_up 1$/m,
    /^nodejs_eventloop_lag_seconds /m,
  ])
    expect(text).toMatch(line)
})
