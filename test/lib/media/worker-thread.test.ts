import { fork } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readContainer } from '../../../nodes/lib/media/container'
import { backends, tempFolder } from '../../support/media'

const root = path.resolve(import.meta.dirname, '../../..')

/** Encodes and decodes in a worker thread, and posts how it went. */
const TASK = `
import { parentPort, workerData } from 'node:worker_threads'
import { encodeVideo } from './nodes/lib/media/encode-video'
import { decodeAudio } from './nodes/lib/media/decode-audio'
const chunk = new Uint8Array(new SharedArrayBuffer(64 * 64 * 3 * 8)).fill(90)
const samples = new Float32Array(new SharedArrayBuffer(4 * 44_100 * 2)).fill(0.1)
const { backend, file } = workerData
await encodeVideo(
  { fps: 25, width: 64, height: 64, frames: 48, chunk: async () => chunk, audio: { sampleRate: 44_100, channels: [samples] } },
  { file, format: 'mp4', quality: 18, speed: 'fast', gifFps: 10, gifWidth: 64, backend, workflow: { schema: 1 } },
)
const { audio } = await decodeAudio(file, { backend })
parentPort.postMessage({ samples: audio.channels[0].length })
`

/** Runs two such threads at once, as a worker process does, and reports the messages and exit codes. */
const HOST = `
import { Worker } from 'node:worker_threads'
const [backend, file] = process.argv.slice(2)
const task = new URL('./task.js', import.meta.url)
const results = await Promise.all(['a', 'b'].map((name) => new Promise((resolve, reject) => {
  const worker = new Worker(task, { workerData: { backend, file: file + name + '.mp4' } })
  let message
  worker.on('message', (value) => { message = value })
  worker.on('error', reject)
  worker.on('exit', (code) => resolve({ code, ...message }))
})))
process.send(results)
process.disconnect()
`

describe.each(backends)('with $name', ({ name, present }) => {
  it.skipIf(!present)('codecs work in two threads of a forked process at once, which then ends', async () => {
    const outdir = path.join(root, 'node_modules', '.cache', `mmgt-media-${process.pid}-${name}`)
    mkdirSync(outdir, { recursive: true })
    onTestFinished(() => rmSync(outdir, { recursive: true, force: true }))
    await build({
      stdin: { contents: TASK, resolveDir: root, loader: 'ts' },
      outfile: path.join(outdir, 'task.js'),
      ...({ bundle: true, platform: 'node', format: 'esm', target: 'node20' } as const),
      ...({ packages: 'external', logLevel: 'error' } as const),
    })
    writeFileSync(path.join(outdir, 'host.js'), HOST)
    writeFileSync(path.join(outdir, 'package.json'), '{"type":"module"}')
    const file = path.join(tempFolder(), 'thread')
    const child = fork(path.join(outdir, 'host.js'), [name, file], { execArgv: [] })
    const answer = new Promise((resolve) => child.on('message', resolve))
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })))
    const results = (await Promise.race([answer, ended])) as { code: number; samples: number }[]
    expect(results).toEqual([
      { code: 0, samples: expect.any(Number) },
      { code: 0, samples: expect.any(Number) },
    ])
    expect(Math.abs(results[0].samples - (48 / 25) * 44_100)).toBeLessThanOrEqual(1_024)
    expect((await readContainer(`${file}a.mp4`)).video?.frames).toBe(48)
    expect(await ended).toEqual({ code: 0, signal: null })
  })
})
