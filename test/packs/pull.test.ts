import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { reportPack } from '../../server/packs/pack-report'
import { processStart } from '../../server/storage/process'
import { hubServer, sha256Of } from '../support/hub-server'
import { manifest, QUICK, type TestPack, testPack, weights } from '../support/packs'
import { random } from '../support/random-bytes'
import { fillDisk, smallDisk } from '../support/small-disk'

const VAE = 'vae/model.safetensors'
const bigger = weights(3_000_000, 1)
const smaller = weights(200_000, 2)

const onlyVae = (file: Record<string, unknown> = {}) =>
  manifest({
    files: { [VAE]: { source: { repo: 'lab/weights', path: VAE }, ...file } },
    roles: { vae: { files: [VAE] } },
  })

const read = (pack: TestPack, name: string) => readFileSync(path.join(pack.home, name))
const isThere = (pack: TestPack, name: string) => existsSync(path.join(pack.home, name))
const state = ({ store }: TestPack) => reportPack(store, store.get('tiny')).state

/** The sentence of a failure. */
const failure = (work: Promise<void>) =>
  work.then(
    () => 'it worked',
    (error: { code: string; message: string; hint?: string }) =>
      `${error.code}: ${error.message} ${error.hint ?? ''}`,
  )

it('downloads all files, verifies them and says so', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  hub.serve('lab/weights/smga.pt', smaller)
  const pack = testPack(hub)
  expect(state(pack)).toBe('missing')
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
  expect(read(pack, 'smga.pt').equals(smaller)).toBe(true)
  expect(readdirSync(path.join(pack.home, 'vae'))).toEqual(['model.safetensors'])
  expect(reportPack(pack.store, pack.store.get('tiny'))).toMatchObject({
    state: 'installed',
    bytes: 3_200_000,
  })
  const planned = pack.events.find((event) => event.type === 'pull.planned')
  expect(planned).toMatchObject({ bytes: 3_200_000 })
  expect(planned?.files.map(({ licence }) => licence.name)).toEqual(['MIT', 'MIT'])
  expect(pack.events.at(-1)).toMatchObject({ type: 'pull.finished', files: 2, bytes: 3_200_000 })
})

it('asks for nothing when everything is there', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  const pack = testPack(hub, onlyVae())
  await pack.pull()
  const before = hub.requests.length
  await pack.pull()
  expect(hub.requests.length).toBe(before)
})

it('gets only the files of the roles it is asked for', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/smga.pt', smaller)
  const pack = testPack(hub)
  await pack.pull({ roles: ['smga'] })
  expect(isThere(pack, 'smga.pt')).toBe(true)
  expect(isThere(pack, VAE)).toBe(false)
  expect(state(pack)).toBe('partial')
})

it.each([1, 2, 3])('goes on after connections that drop at random bytes (seed %i)', async (seed) => {
  const hub = await hubServer()
  const next = random(seed)
  const drops = Array.from({ length: 8 }, () => next() % 400_000)
  hub.serve('lab/weights/vae/model.safetensors', bigger, { drops: [...drops] })
  const pack = testPack(hub, onlyVae())
  await pack.pull({ limits: { ...QUICK, tries: 10 } })
  expect(read(pack, VAE).equals(bigger)).toBe(true)
  const asked = hub.requests
    .filter(({ host }) => host === 'cdn')
    .map(({ headers }) => headers.range ?? 'bytes=0-')
  const from = asked.map((range) => Number(/^bytes=(\d+)-$/.exec(range)![1]))
  expect(from).toHaveLength(drops.length + 1)
  expect(from).toEqual([...from].sort((a, b) => a - b))
  expect(from.at(-1)).toBeGreaterThan(500_000)
})

it('asks for the rest only of the very file it has a part of, and begins again when that was replaced', async () => {
  const hub = await hubServer()
  const served = { drops: [1_000_000, ...Array(9).fill(0)], etag: '"old"' }
  hub.serve('lab/weights/vae/model.safetensors', bigger, served)
  const pack = testPack(hub, onlyVae())
  await failure(pack.pull())
  hub.serve('lab/weights/vae/model.safetensors', bigger, { etag: '"new"' })
  await pack.pull()
  const { headers, status } = hub.requests.at(-1)!
  expect(headers).toMatchObject({ range: expect.stringMatching(/^bytes=\d+-$/), 'if-range': '"old"' })
  expect(status).toBe(200)
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('downloads four files at once', async () => {
  const hub = await hubServer()
  const names = Array.from({ length: 7 }, (_, i) => `part-${i}.bin`)
  for (const name of names) hub.serve(`lab/weights/${name}`, smaller, { bytesPerSecond: 400_000 })
  const files = Object.fromEntries(
    names.map((name) => [name, { source: { repo: 'lab/weights', path: name } }]),
  )
  const pack = testPack(hub, manifest({ files, roles: { vae: { files: names } } }))
  await pack.pull()
  expect(hub.mostAtOnce()).toBe(4)
  expect(names.every((name) => read(pack, name).equals(smaller))).toBe(true)
})

it('begins again when the server has no ranges', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { drops: [1_000_000], hasNoRanges: true })
  const pack = testPack(hub, onlyVae())
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('gives up on a server that drops every connection, and keeps what it has', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { drops: [1_000_000, ...Array(30).fill(0)] })
  const pack = testPack(hub, onlyVae())
  expect(await failure(pack.pull())).toMatch(/^hub\/unreachable: The connection to 127\.0\.0\.1:\d+ failed/)
  const have = statSync(path.join(pack.home, `${VAE}.part`)).size
  expect(have).toBeGreaterThan(500_000)
  expect(state(pack)).toBe('partial')
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
  expect(hub.requests.at(-1)?.headers.range).toBe(`bytes=${have}-`)
})

it('does not append to a part of other bytes', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  const pack = testPack(hub, onlyVae())
  mkdirSync(path.join(pack.home, 'vae'), { recursive: true })
  writeFileSync(path.join(pack.home, `${VAE}.part`), weights(1000, 9))
  writeFileSync(path.join(pack.home, `${VAE}.part.json`), JSON.stringify({ sha256: 'f'.repeat(64) }))
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
  expect(hub.requests.find(({ host }) => host === 'cdn')?.headers.range).toBeUndefined()
})

it('downloads once more when a part was spoilt, without asking anybody', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { drops: [1_500_000, ...Array(9).fill(0)] })
  const pack = testPack(hub, onlyVae())
  await failure(pack.pull())
  const part = path.join(pack.home, `${VAE}.part`)
  const spoilt = readFileSync(part)
  spoilt[7] ^= 1
  writeFileSync(part, spoilt)
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('throws away a file of wrong bytes and says so', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { sent: weights(3_000_000, 5) })
  const pack = testPack(hub, onlyVae())
  expect(await failure(pack.pull())).toMatch(
    /^pack\/wrong-hash: vae\/model\.safetensors arrived with other bytes/,
  )
  expect(readdirSync(path.join(pack.home, 'vae'))).toEqual([])
})

it('refuses before the download what is not what the manifest says', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  const pack = testPack(hub, onlyVae({ sha256: 'a'.repeat(64) }))
  expect(await failure(pack.pull())).toMatch(/^pack\/changed: .* has another vae\/model\.safetensors/)
  expect(hub.sentBytes()).toBe(0)
})

it('holds the hub to what it said at first', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { drops: [1_000_000, ...Array(9).fill(0)] })
  const pack = testPack(hub, onlyVae())
  await failure(pack.pull())
  hub.serve('lab/weights/vae/model.safetensors', weights(3_000_000, 8))
  expect(await failure(pack.pull())).toMatch(/^pack\/changed: .*sha256 .* there, .*sha256 .* in the pack/)
})

it('stops when more comes than there should be', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { sent: weights(3_500_000) })
  expect(await failure(testPack(hub, onlyVae()).pull())).toMatch(/^pack\/changed: .*more bytes/)
})

it.each([
  [
    '401 for a stranger',
    { token: 'other' },
    undefined,
    /^hub\/refused: .* does not let a stranger read lab\/weights \(401\)\. .*HF_TOKEN/,
  ],
  ['401 with a token', { token: 'other' }, 'mine', /^hub\/refused: .* does not let this token read/],
  [
    '404',
    { refusals: [{ status: 404 }] },
    undefined,
    /^hub\/missing: .* has no file vae\/model\.safetensors in lab\/weights at main/,
  ],
  [
    '429 with a wait nobody would wait for',
    { refusals: [{ status: 429, headers: { 'retry-after': '7200' } }] },
    undefined,
    /^hub\/busy: .* asks to wait 7200 s \(429\)/,
  ],
])('says %s in one sentence', async (_, behaviour, token, words) => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, behaviour)
  const said = await failure(testPack(hub, onlyVae()).pull({ token }))
  expect(said).toMatch(words)
  expect(said).not.toContain('mine')
})

it('waits as long as a 429 asks, then goes on', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, {
    refusals: [{ status: 502 }],
    cdnRefusals: [{ status: 429, headers: { 'retry-after': '1' } }, { status: 503 }],
  })
  const pack = testPack(hub, onlyVae())
  const at = performance.now()
  await pack.pull()
  expect(performance.now() - at).toBeGreaterThan(950)
  expect(pack.events.filter(({ type }) => type === 'file.waited')).toMatchObject([{}, { seconds: 1 }, {}])
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('asks the hub for a new address when a signed one has expired', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { cdnRefusals: [{ status: 403 }] })
  const pack = testPack(hub, onlyVae())
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('shows the token to the hub and to nobody else', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { token: 'secret-token' })
  const pack = testPack(hub, onlyVae())
  await pack.pull({ token: 'secret-token' })
  const seen = (host: string) =>
    hub.requests.filter((request) => request.host === host).map(({ headers }) => headers.authorization)
  expect(new Set(seen('hub'))).toEqual(new Set(['Bearer secret-token']))
  expect(new Set(seen('cdn'))).toEqual(new Set([undefined]))
  expect(JSON.stringify(pack.events)).not.toContain('secret-token')
})

it.each([
  ['drips', { isDripping: true }],
  ['falls silent', { silences: { after: 0, answers: 99 } }],
])('hangs up on a server that %s', async (_, behaviour) => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, behaviour)
  const pack = testPack(hub, onlyVae())
  expect(await failure(pack.pull({ limits: { ...QUICK, tries: 3 } }))).toMatch(
    /^hub\/slow: .* sends vae\/model\.safetensors too slowly: under 2000 bytes in 0.4 s\./,
  )
  expect(pack.events.filter(({ type }) => type === 'file.waited')).toHaveLength(2)
})

it('goes on over another connection when one falls silent', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { silences: { after: 900_000, answers: 2 } })
  const pack = testPack(hub, onlyVae())
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('one file that fails does not stop the others', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/smga.pt', smaller)
  const pack = testPack(hub)
  expect(await failure(pack.pull())).toMatch(/^hub\/missing/)
  expect(isThere(pack, 'smga.pt')).toBe(true)
})

it('takes a small file that the hub serves itself, and pins what came', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', smaller, { isSmall: true })
  const pack = testPack(hub, onlyVae())
  await pack.pull()
  expect(read(pack, VAE).equals(smaller)).toBe(true)
  expect(pack.store.get('tiny').state.pins[VAE]).toEqual({ sha256: sha256Of(smaller), size: smaller.length })
})

it('stops when it is cancelled, and goes on from there', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { bytesPerSecond: 2_000_000 })
  const pack = testPack(hub, onlyVae())
  const stop = new AbortController()
  const pulling = failure(pack.pull({ signal: stop.signal }))
  await expect.poll(() => hub.sentBytes()).toBeGreaterThan(300_000)
  stop.abort()
  expect(await pulling).toMatch(/^run\/cancelled/)
  const have = statSync(path.join(pack.home, `${VAE}.part`)).size
  expect(have).toBeGreaterThan(100_000)
  expect(have).toBeLessThan(bigger.length)
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  await pack.pull()
  expect(hub.requests.at(-1)?.headers.range).toBe(`bytes=${have}-`)
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('replaces a download that is damaged by now', async () => {
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger)
  const pack = testPack(hub, onlyVae())
  await pack.pull()
  truncateSync(path.join(pack.home, VAE), 1_000_000)
  expect(state(pack)).toBe('wrong')
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('a disk that fills up in the middle is said, and the rest comes when there is room again', async (context) => {
  const disk = smallDisk(300)
  if (!disk) return context.skip('mounting a small tmpfs is not permitted here')
  const hub = await hubServer()
  hub.serve('lab/weights/vae/model.safetensors', bigger, { bytesPerSecond: 2_000_000 })
  const pack = testPack(hub, onlyVae(), disk)
  const pulling = failure(pack.pull())
  await expect.poll(() => hub.sentBytes()).toBeGreaterThan(300_000)
  const makeRoom = fillDisk(disk)
  expect(await pulling).toMatch(
    /^storage\/full: The disk is full: .*model\.safetensors\.part could not be written/,
  )
  makeRoom()
  await pack.pull()
  expect(read(pack, VAE).equals(bigger)).toBe(true)
})

it('leaves a pack alone that another process is downloading', async () => {
  const hub = await hubServer()
  const pack = testPack(hub, onlyVae())
  const { ppid: pid } = process
  writeFileSync(path.join(pack.home, 'pull.lock'), JSON.stringify({ pid, start: processStart(pid) }))
  expect(await failure(pack.pull())).toContain(`pack/busy: Process ${pid} is downloading tiny.`)
  await expect(pack.store.remove('tiny')).rejects.toThrow(`Process ${pid}`)
  expect(hub.requests).toEqual([])
})
