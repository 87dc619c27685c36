import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { convertTensors, removePartialCopies } from '../../../models/weights/convert-tensors'
import { externalData } from '../../../models/weights/external-data'
import { openCheckpoint } from '../../../models/weights/open-checkpoint'
import { tempFolder } from '../../support/engine'
import { float32 } from '../../support/media'
import { smallDisk } from '../../support/small-disk'
import { Dict, Saved, safetensorsFile, torchFile, writeSparse } from '../../support/torch-file'

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer)
const floats = (bytes: Uint8Array) => [...new Float32Array(bytes.slice().buffer)]
const halves = (bytes: Uint8Array) => [...new Uint16Array(bytes.slice().buffer)]

function mixedFile(): string {
  const file = path.join(tempFolder(), 'mixed.pth')
  const matrix = { key: '0', dtype: 'float32', elements: 6, data: float32(1, 2, 3, 4, 5, 6) } as const
  const brain = {
    key: '1',
    dtype: 'bfloat16',
    elements: 2,
    data: bytesOf(Uint16Array.of(0x3f80, 0xc000)),
  } as const
  const half = { key: '2', dtype: 'float16', elements: 1, data: bytesOf(Uint16Array.of(0x3c00)) } as const
  const double = { key: '3', dtype: 'float64', elements: 1, data: bytesOf(Float64Array.of(0.5)) } as const
  const count = { key: '4', dtype: 'int64', elements: 1, data: bytesOf(BigInt64Array.of(7n)) } as const
  writeSparse(
    file,
    torchFile(
      new Dict({
        half: new Saved(half, [1]),
        matrix: new Saved(matrix, [2, 3]),
        turned: new Saved(matrix, [3, 2], { strides: [1, 3] }),
        brain: new Saved(brain, [2]),
        double: new Saved(double, [1]),
        count: new Saved(count, []),
      }),
    ),
  )
  return file
}

describe('a tensor in its file', () => {
  it('is used in place when it is contiguous and of the type that is wanted', async () => {
    const { tensors } = await openCheckpoint(mixedFile())
    const matrix = tensors.get('matrix')!
    expect(externalData(matrix)).toEqual({ ok: true, file: matrix.file, offset: matrix.offset, length: 24 })
    expect(externalData(matrix, { alignment: 64 }).ok).toBe(true)
    expect(externalData({ ...matrix, offset: 121 }).ok).toBe(true)
    const reasons = [
      externalData(matrix, { dtype: 'float16' }),
      externalData(tensors.get('turned')!),
      externalData(tensors.get('brain')!),
      externalData({ ...matrix, offset: 121 }, { alignment: 4 }),
    ]
    expect(reasons.map((each) => (each.ok ? 'in place' : each.reason))).toEqual([
      'it is float32, and float16 is wanted',
      'its strides are 1, 3',
      'bfloat16 lacks kernels',
      'it starts at byte 121, no multiple of 4',
    ])
  })
})

describe('a converted copy', () => {
  it('has floats of one type, contiguous and aligned, and other types as they were', async () => {
    const source = await openCheckpoint(mixedFile())
    const progress: number[] = []
    const copy = await convertTensors(source, {
      dtype: 'float16',
      folder: path.join(tempFolder(), 'new', 'weights'),
      onProgress: (done, total) => progress.push(done / total),
    })
    expect(halves(await copy.read('matrix'))).toEqual([0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600])
    expect(halves(await copy.read('turned'))).toEqual([0x3c00, 0x4400, 0x4000, 0x4500, 0x4200, 0x4600])
    expect(halves(await copy.read('brain'))).toEqual([0x3c00, 0xc000])
    expect(halves(await copy.read('double'))).toEqual([0x3800])
    expect(await copy.read('count')).toEqual(bytesOf(BigInt64Array.of(7n)))
    for (const tensor of copy.tensors.values()) {
      expect(externalData(tensor, { alignment: tensor.dtype === 'int64' ? 8 : 2 }).ok).toBe(true)
    }
    expect(progress.at(-1)).toBe(1)
    const wide = await convertTensors(source, {
      dtype: 'float32',
      folder: tempFolder(),
      names: ['half', 'brain'],
    })
    expect([...wide.tensors.keys()]).toEqual(['half', 'brain'])
    expect(floats(await wide.read('brain'))).toEqual([1, -2])
  })

  it('is written once, and again for a file that changed or a copy that was damaged', async () => {
    const folder = tempFolder()
    const file = mixedFile()
    const convert = async () => {
      const source = await openCheckpoint(file)
      const copy = await convertTensors(source, { dtype: 'float16', folder })
      const made = copy.tensors.get('matrix')!.file
      const { ino } = statSync(made)
      source.close()
      copy.close()
      return { made, ino }
    }
    const first = await convert()
    expect(await convert()).toEqual(first)
    writeFileSync(first.made, 'lost')
    const mended = await convert()
    expect(mended.made).toBe(first.made)
    expect(statSync(mended.made).size).toBeGreaterThan(100)
    utimesSync(file, new Date(0), new Date(1000))
    expect((await convert()).made).not.toBe(first.made)
  })

  it('leaves nothing behind when it is cancelled or a number does not fit', async () => {
    const folder = tempFolder()
    const source = await openCheckpoint(mixedFile())
    const controller = new AbortController()
    const cancelled = convertTensors(source, {
      dtype: 'float16',
      folder,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('cancelled')),
    })
    await expect(cancelled).rejects.toThrow('cancelled')
    const file = path.join(tempFolder(), 'large.safetensors')
    writeSparse(file, safetensorsFile({ a: { dtype: 'float32', shape: [2], data: float32(1, 1e5) } }))
    const large = await openCheckpoint(file)
    await expect(convertTensors(large, { dtype: 'float16', folder })).rejects.toThrow(
      'a: element 1 (float32) is too large for float16.',
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a process that was killed is removed, one that is being written is not', async () => {
    const folder = tempFolder()
    const running = `a.safetensors.${process.pid}.1.partial`
    for (const name of [running, 'b.safetensors.2147483646.1.partial', 'c.safetensors']) {
      writeFileSync(path.join(folder, name), '')
    }
    await removePartialCopies(folder)
    expect(readdirSync(folder).sort()).toEqual([running, 'c.safetensors'])
  })

  it('is not begun where the disk has no room for it', async () => {
    const source = await openCheckpoint(mixedFile())
    const folder = tempFolder()
    const options = { dtype: 'float16', folder, freeBytes: async () => 1000 } as const
    await expect(convertTensors(source, options)).rejects.toMatchObject({ code: 'weights/no-room' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('says so and leaves nothing when the disk becomes full (where a small disk can be mounted)', async (test) => {
    const disk = smallDisk(4)
    if (!disk) return test.skip()
    const file = path.join(tempFolder(), 'sparse.safetensors')
    writeSparse(file, safetensorsFile({ a: { dtype: 'float32', shape: [8, 2 ** 20] } }))
    const source = await openCheckpoint(file)
    const options = { dtype: 'float16', folder: disk, freeBytes: async () => 1e12 } as const
    await expect(convertTensors(source, options)).rejects.toMatchObject({ code: 'weights/no-room' })
    expect(readdirSync(disk)).toEqual([])
    expect(existsSync(file)).toBe(true)
  })
})
