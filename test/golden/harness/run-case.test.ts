import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { judge } from './comparison'
import { findCases, GoldenFolder } from './golden-folder'
import { runCase } from './run-case'

let root: string
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'golden-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function safetensors(tensors: Record<string, number[]>): Buffer {
  let at = 0
  const header = Object.entries(tensors).map(([name, values]) => {
    const data_offsets = [at, (at += 4 * values.length)]
    return [name, { dtype: 'F32', shape: [values.length], data_offsets }]
  })
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const data = Object.values(tensors).map((values) => Buffer.from(Float32Array.from(values).buffer))
  return Buffer.concat([length, text, ...data])
}

function write(folder: string, json: unknown, files: Record<string, Record<string, number[]>> = {}): string {
  const full = path.join(root, folder)
  mkdirSync(full, { recursive: true })
  writeFileSync(path.join(full, 'case.json'), typeof json === 'string' ? json : JSON.stringify(json))
  for (const [name, tensors] of Object.entries(files))
    writeFileSync(path.join(full, name), safetensors(tensors))
  return full
}

const circle = (pixels: number[]) => ({ 'outputs.safetensors': { circle: pixels } })
const plus = [0, 255, 0, 255, 255, 255, 0, 255, 0]
const raster = (name = 'circle') => ({
  case: 'raster_primitives_other_size',
  tolerance: 'exact',
  config: { canvas: [3, 3], items: [{ name, center: [1, 1], radius: 1 }] },
})

describe('a golden case', () => {
  it('is run by the runner whose kind its own begins with, at its own size', async () => {
    expect(await runCase(write('a', raster(), circle(plus)))).toMatchObject({ outcome: 'pass' })
  })

  it('fails by its worst tensor when one number is off', async () => {
    const result = await runCase(write('a', raster(), circle(plus.with(4, 254))))
    expect(result).toMatchObject({ outcome: 'fail', worst: { tensor: 'circle', maxAbsError: 1 } })
  })

  it.each([
    ['its kind is unknown', { case: 'nobody_knows' }, {}, 'No runner knows the case "nobody_knows".'],
    ['a file is missing', raster(), {}, 'outputs.safetensors is missing.'],
    ['a tensor is missing', raster('other'), circle(plus), 'outputs.safetensors has no tensor other.'],
    ['case.json is no JSON', '{', {}, /^case\.json cannot be read: /],
    ['a setting is missing', { case: 'raster_primitives' }, {}, /^case\.json: config: /],
    [
      'an output was compared with nothing',
      raster(),
      { 'outputs.safetensors': { circle: plus, more: [1] } },
      'Never compared with the original: more.',
    ],
  ])('fails with one sentence when %s', async (_, json, files, sentence) => {
    const { outcome, note } = await runCase(write('a', json, files))
    expect(outcome).toBe('fail')
    expect(note).toMatch(sentence)
  })

  it('is found however deep it lies, and takes its folder’s name when it has none of its own', () => {
    write('deep/er/raster_primitives_s7', {})
    write('a', { case: 'adan' })
    expect(findCases(root).map((folder) => new GoldenFolder(folder).kind)).toEqual([
      'adan',
      'raster_primitives_s7',
    ])
  })

  it('finds weights of its own, of other folders, and the case beside it of the same seed', () => {
    const weights = (value: number) => ({ 'weights.safetensors': { w: [value] } })
    write('unet', {}, weights(1))
    write('unet_s7', { case: 'unet' }, weights(2))
    const folder = new GoldenFolder(
      write('pipe_s7', { case: 'pipe', weights: { denoiser: '../unet/weights.safetensors' } }, weights(3)),
    )
    const [first] = [folder.weights().w.data]
    expect([...first]).toEqual([3])
    expect([...folder.weights('denoiser').w.data]).toEqual([1])
    expect([...folder.sibling('unet').weights().w.data]).toEqual([2])
    const named = new GoldenFolder(write('step_s7', { case: 'step_s7' }))
    expect([...named.sibling('unet').weights().w.data]).toEqual([2])
    expect(() => folder.weights('vae')).toThrow('case.json names no weights for vae.')
    expect(() => folder.sibling('clip')).toThrow('it needs the case clip beside it')
  })

  it('reads its tolerance in both forms', () => {
    const of = (json: object, tensor: string) => new GoldenFolder(write('a', json)).tolerance(tensor)
    const one = { tolerance: { abs: 1e-5, rel: 1e-4, pcm: '1 step' } }
    expect(of(one, 'pcm')).toEqual({ abs: 1e-5, rel: 1e-4 })
    expect(of({ tolerance: { beats: 'exact', bpm: { rel: 1e-5 } } }, 'beats')).toEqual({ abs: 0, rel: 0 })
    expect(of({ tolerance: { beats: 'exact', bpm: { rel: 1e-5 } } }, 'bpm')).toEqual({ abs: 0, rel: 1e-5 })
    expect(of({ tolerance: { other: { abs: 2 } } }, 'x')).toEqual({ abs: 2, rel: 0 })
    expect(of({ tolerance_max_abs: { 'bank.00': 3e-5 } }, 'bank.00')).toEqual({ abs: 3e-5, rel: 0 })
    expect(of({ tolerance_max_abs: { all: 1e-5 } }, 'x')).toEqual({ abs: 1e-5, rel: 0 })
    expect(() => of({ tolerance_max_abs: { u8: '1 level' } }, 'u8')).toThrow('no tolerance for u8')
  })

  it('refuses a setting of another type by its name', () => {
    const folder = new GoldenFolder(write('a', { config: { heads: '8' } }))
    const settings = z.object({ config: z.object({ heads: z.number() }) })
    expect(() => folder.read(settings)).toThrow(/^case\.json: config\.heads: /)
  })
})

describe('judge', () => {
  const compare = (got: number[], expected: number[], tolerance = { abs: 0.1, rel: 0.01 }) =>
    judge({ tensor: 'x', got, expected, tolerance })

  it('allows abs + rel · |expected|, number by number', () => {
    expect(compare([1, 101.05], [1, 100]).strain).toBeCloseTo(1.05 / 1.1)
    expect(compare([1.2, 100], [1, 100]).strain).toBeGreaterThan(1)
  })

  it('never lets NaN or a wrong length or shape pass', () => {
    expect(compare([Number.NaN], [1]).problem).toBe('is NaN at 0, expected 1')
    expect(compare([1, 2], [1]).problem).toBe('has 2 numbers, expected 1')
    const shapes = { got: [2, 1], expected: [1, 2] }
    const tolerance = { abs: 9, rel: 0 }
    expect(judge({ tensor: 'x', got: [1, 2], expected: [1, 2], shapes, tolerance }).problem).toMatch('shape')
  })

  it('lets a small share of outliers pass, within their own bound', () => {
    const tolerance = { abs: 0.001, rel: 0, outliers: { share: 0.25, abs: 1 } }
    expect(compare([0, 0, 0, 1], [0, 0, 0, 0], tolerance).strain).toBe(1)
    expect(compare([0, 0, 1, 1], [0, 0, 0, 0], tolerance).strain).toBe(2)
    expect(compare([0, 0, 0, 1.5], [0, 0, 0, 0], tolerance).strain).toBeGreaterThan(1)
  })
})
