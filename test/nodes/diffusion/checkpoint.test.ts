import { readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Checkpoint } from '../../../nodes/lib/diffusion/checkpoint'
import { colourPicture, fitColours } from '../../../nodes/lib/diffusion/latent-colours'
import { formOf } from '../../../nodes/lib/diffusion/open-networks'
import { tempFolder } from '../../support/engine'

const latents = Float32Array.of(1, 2, 3, 4.5)
const state = { done: 3, latents, unconditional: Float32Array.of(5, 6, 7, 8), memory: Float64Array.of(1 / 3) }

it('a state that was written is read as it was, also without its optional parts', async () => {
  const checkpoint = new Checkpoint(tempFolder(), 'a', 4)
  expect(await checkpoint.read()).toBeUndefined()
  await checkpoint.write(state)
  expect((await checkpoint.read())?.state).toEqual(state)
  await checkpoint.write({ done: 4, latents })
  expect((await checkpoint.read())?.state).toEqual({ done: 4, latents })
  await checkpoint.remove()
  expect(await checkpoint.read()).toBeUndefined()
})

it('a file that was cut off, or is of another size, counts as none', async () => {
  const folder = tempFolder()
  await new Checkpoint(folder, 'a', 4).write(state)
  expect(await new Checkpoint(folder, 'a', 5).read()).toBeUndefined()
  for (const text of ['', '{"done":1,"latents":4}\n123', 'no line', '{"done":"x","latents":0}\n', '[]\n']) {
    writeFileSync(path.join(folder, 'a.state'), text)
    expect(await new Checkpoint(folder, 'a', 4).read()).toBeUndefined()
  }
})

it('a disk that refuses it is named, and nothing half-written stays', async () => {
  const folder = tempFolder()
  const file = path.join(folder, 'taken')
  writeFileSync(file, '')
  await expect(new Checkpoint(file, 'a', 4).write(state)).rejects.toMatchObject({
    code: 'storage/unwritable',
    message: expect.stringContaining(file),
  })
  await new Checkpoint(folder, 'a', 4).write(state)
  expect(readdirSync(folder).sort()).toEqual(['a.state', 'taken'])
})

it('old files and more than twenty are removed, never its own', async () => {
  const folder = tempFolder()
  const own = new Checkpoint(folder, 'own', 4)
  await own.write(state)
  for (let i = 0; i < 25; i++) await new Checkpoint(folder, `job${i}`, 4).write(state)
  const old = new Date(Date.now() - 30 * 86_400_000)
  utimesSync(path.join(folder, 'own.state'), old, old)
  utimesSync(path.join(folder, 'job7.state'), old, old)
  await own.tidy()
  const left = readdirSync(folder)
  expect(left).toContain('own.state')
  expect(left).not.toContain('job7.state')
  expect(left.length).toBeLessThanOrEqual(21)
})

it('of steps that runs may begin with, those used last stay, up to a number and a size', async () => {
  const folder = tempFolder()
  const kept = (name: string) => new Checkpoint(folder, name, 4, 'kept')
  const at = (name: string, secondsAgo: number) => {
    const time = new Date(Date.now() - secondsAgo * 1000)
    utimesSync(path.join(folder, name), time, time)
  }
  for (let i = 0; i < 310; i++) {
    await kept(`steps${i}`).write(state)
    at(`steps${i}.kept`, 340 - i)
  }
  await kept('steps3').touch()
  const own = new Checkpoint(folder, 'own', 4)
  await own.write(state)
  await own.tidy()
  const names = readdirSync(folder)
  expect(names).toHaveLength(301)
  expect(names).toEqual(expect.arrayContaining(['own.state', 'steps3.kept', 'steps309.kept']))
  truncateSync(path.join(folder, 'steps309.kept'), 2_500_000_000)
  at('steps309.kept', 31)
  await own.tidy()
  expect(readdirSync(folder).sort()).toEqual(['own.state', 'steps3.kept'])
})

it('what a killed job left half-written is removed, and nothing that may still be written', async () => {
  const folder = tempFolder()
  const own = new Checkpoint(folder, 'own', 4)
  for (const name of ['left.state.00000000.tmp', 'now.state.00000001.tmp'])
    writeFileSync(path.join(folder, name), '')
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000)
  utimesSync(path.join(folder, 'left.state.00000000.tmp'), hoursAgo, hoursAgo)
  await own.tidy()
  expect(readdirSync(folder)).toEqual(['now.state.00000001.tmp'])
})

it('colours of latents are those of the picture they were fitted to', () => {
  const [w, h] = [8, 8]
  const planes = Array.from({ length: 4 }, (_, c) =>
    Float32Array.from({ length: w * h }, (_, i) => Math.sin(i * (c + 1) * 0.37)),
  )
  const latents = Float32Array.from(planes.flatMap((plane) => [...plane]))
  const wanted = { width: w, height: h, channels: 3, data: new Uint8Array(w * h * 3) }
  for (let i = 0; i < w * h; i++) {
    wanted.data[3 * i] = Math.round(128 + 60 * planes[0][i])
    wanted.data[3 * i + 1] = Math.round(100 + 40 * planes[1][i] - 30 * planes[2][i])
    wanted.data[3 * i + 2] = Math.round(90 - 50 * planes[3][i])
  }
  const picture = colourPicture(latents, fitColours(latents, wanted, w, h), w, h)
  const worst = Math.max(...picture.data.map((value, i) => Math.abs(value - wanted.data[i])))
  expect(worst).toBeLessThanOrEqual(2)
})

it('attention goes over so many queries at a time that its scores fit, except where they are never held', () => {
  const full = { width: 64, height: 64, images: 24, heads: 8 }
  expect(formOf('cuda', full)).toBeUndefined()
  expect(formOf('cpu', full, true)).toBeUndefined()
  expect(formOf('cpu', full, false)).toEqual({ chunk: 32 })
  expect(formOf('webgpu', { ...full, images: 2 })).toEqual({ chunk: 512 })
  const tiny = { width: 8, height: 8, images: 24, heads: 2 }
  expect(formOf('cpu', tiny, false)).toBeUndefined()
  expect(formOf('webgpu', tiny)).toBe('plain')
})
