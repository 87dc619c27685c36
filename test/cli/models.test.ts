import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { cli, startCli } from '../support/cli'
import { tempFolder } from '../support/engine'
import { type HubServer, hubServer } from '../support/hub-server'
import { manifest, weights } from '../support/packs'
import { smallDisk } from '../support/small-disk'

const VAE = 'vae/model.safetensors'
const bytes = weights(6_000_000)

/** A data folder whose pack `tiny` is to be downloaded from the hub. */
async function withTiny(hub: HubServer, folder = tempFolder()) {
  const own = path.join(folder, 'own')
  mkdirSync(own)
  writeFileSync(path.join(own, 'pack.json'), manifest())
  const data = path.join(folder, 'data')
  const env = { HF_ENDPOINT: hub.url }
  const run = (...args: string[]) => startCli(['models', ...args, '--data', data], { env })
  expect((await run('add', own).done).code).toBe(0)
  return { data, run, home: path.join(data, 'packs/tiny') }
}

it('pull goes on after kill -9, and sends the rest only', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes, { bytesPerSecond: 3_000_000 })
  hub.serve('lab/weights/smga.pt', weights(1000, 2))
  const { home, run } = await withTiny(hub)
  const part = path.join(home, `${VAE}.part`)
  for (const atLeast of [1_000_000, 3_000_000]) {
    const { child, done } = run('pull', 'tiny')
    await expect
      .poll(() => statSync(part, { throwIfNoEntry: false })?.size ?? 0, { interval: 20 })
      .toBeGreaterThan(atLeast)
    child.kill('SIGKILL')
    await done
  }
  const have = statSync(part).size
  const { code, stderr } = await run('pull', 'tiny').done
  expect(stderr).toContain('tiny is complete')
  expect(code).toBe(0)
  expect(readFileSync(path.join(home, VAE)).equals(bytes)).toBe(true)
  expect(hub.requests.filter(({ path: url }) => url.includes('model')).at(-1)?.headers.range).toBe(
    `bytes=${have}-`,
  )
})

it('Ctrl-C stops a pull with 130 and says that the command goes on', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes, { bytesPerSecond: 1_000_000 })
  hub.serve('lab/weights/smga.pt', weights(1000, 2))
  const { home, run } = await withTiny(hub)
  const { child, done } = run('pull', 'tiny')
  await expect.poll(() => existsSync(path.join(home, `${VAE}.part`))).toBe(true)
  child.kill('SIGINT')
  const { code, stderr } = await done
  expect(code).toBe(130)
  expect(stderr).toContain('goes on from there')
  expect(existsSync(path.join(home, `${VAE}.part`))).toBe(true)
})

it('--json prints one event a line, with sizes, licences, speed and the end', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes, { bytesPerSecond: 6_000_000 })
  hub.serve('lab/weights/smga.pt', weights(1000, 2))
  const { run } = await withTiny(hub)
  const events = (await run('pull', 'tiny', '--json').done).events()
  expect(events[0]).toMatchObject({ type: 'pull.planned', pack: 'tiny', bytes: 6_001_000 })
  expect(
    events.some(({ type, bytesPerSecond }) => type === 'pull.progressed' && Number(bytesPerSecond) > 0),
  ).toBe(true)
  expect(events.at(-1)).toMatchObject({ type: 'pull.finished', files: 2 })
  const [listed] = (await run('list', 'tiny', '--json').done).events()
  expect(listed).toMatchObject({ type: 'pack.listed', name: 'tiny', state: 'installed' })
  expect((await run('verify', 'tiny').done).code).toBe(0)
})

it('shows the licence of each file before it downloads', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes)
  hub.serve('lab/weights/smga.pt', weights(1000, 2))
  const { run } = await withTiny(hub)
  const { stderr } = await run('pull', 'tiny').done
  const lines = stderr.split('\n')
  expect(lines.findIndex((line) => line.includes('smga.pt') && line.includes('licence: MIT'))).toBeLessThan(
    lines.findIndex((line) => line.includes('ok ')),
  )
})

it('says before the download that the disk is too small', async (context) => {
  const disk = smallDisk(20)
  if (!disk) return context.skip('mounting a small tmpfs is not permitted here')
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes)
  hub.serve('lab/weights/smga.pt', weights(1000, 2))
  const { run } = await withTiny(hub, disk)
  const { code, stderr } = await run('pull', 'tiny').done
  expect(code).toBe(1)
  expect(stderr).toMatch(/error: tiny needs \d+ MB on the disk of .*, and \d+ MB are free\./)
  expect(hub.sentBytes()).toBe(0)
})

it('goes through the proxy of the environment, except where NO_PROXY says', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes)
  hub.serve('lab/weights/smga.pt', weights(1000, 2))
  const tunnels: string[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url!)
    const [host, port] = request.url!.split(':')
    const there = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      there.pipe(socket).pipe(there)
    })
    there.on('error', () => socket.destroy())
    socket.on('error', () => there.destroy())
  })
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const { data } = await withTiny(hub)
  const pull = (env: Record<string, string>) =>
    cli(['models', 'pull', 'tiny', '--data', data], {
      env: {
        HF_ENDPOINT: hub.url,
        HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        no_proxy: '',
        NO_PROXY: '',
        ...env,
      },
    })
  const through = await pull({})
  expect(through.stderr).not.toMatch(/warning/i)
  expect(through.code).toBe(0)
  expect(new Set(tunnels)).toEqual(new Set([new URL(hub.url).host, new URL(hub.cdnUrl).host]))
  tunnels.length = 0
  await cli(['models', 'remove', 'tiny', '--data', data])
  expect((await pull({ NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' })).stderr).toContain(
    'There is no pack "tiny"',
  )
  expect(tunnels).toEqual([])
})

it('never prints the token, not even with --verbose', async () => {
  const hub = await hubServer()
  hub.serve(`lab/weights/${VAE}`, bytes, { token: 'another' })
  hub.serve('lab/weights/smga.pt', weights(1000, 2), { token: 'another' })
  const { data } = await withTiny(hub)
  const { code, stdout, stderr } = await cli(['models', 'pull', 'tiny', '--verbose', '--data', data], {
    env: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_very_secret' },
  })
  expect(code).toBe(1)
  expect(stderr).toContain('does not let this token read lab/weights')
  expect(stdout + stderr).not.toContain('hf_very_secret')
})

it.each([
  [['models'], 'needs one of list, pull, verify, add, remove'],
  [['models', 'pul'], 'Did you mean pull?'],
  [['models', 'pull', 'mmgt-oficial'], 'Did you mean mmgt-official?'],
  [['models', 'pull', '--role', 'clip'], 'There is no role "clip"'],
  [['models', 'add'], 'needs the path'],
])('given %j says what is wrong', async (args, words) => {
  const { code, stderr } = await cli([...args, '--data', tempFolder()])
  expect(code).toBe(args[2] === 'mmgt-oficial' ? 1 : 2)
  expect(stderr).toContain(words)
})

it('list shows the official pack, its parts, sizes, licences and what is not needed', async () => {
  const data = tempFolder()
  const { stdout } = await cli(['models', 'list', '--data', data])
  expect(stdout).toMatch(/mmgt-official +1\.0\.0 +missing/)
  const page = await cli(['models', 'list', 'mmgt-official', '--data', data])
  expect(page.stdout).toMatch(/denoising-unet +missing +Denoising network +for diffusion\/mm-haa/)
  expect(page.stdout).toContain('licence: MIT (https://huggingface.co/stabilityai/sd-vae-ft-mse)')
  expect(page.stdout).toContain('every tensor of it is replaced by net-32500.pth')
})
