import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { cutOff, speechFile } from '../support/bad-files'
import { cli } from '../support/cli'
import { encode, greyVideo, tempFolder } from '../support/media'

const node = (type: string, params: object = {}) => ({ type, version: 1, params })

function workflowFile(folder: string): string {
  const file = path.join(folder, 'compare.json')
  const nodes = { a: node('input/video'), b: node('input/video'), both: node('video/compare') }
  const edges = ['a', 'b'].map((id) => ({ from: [id, 'video'], to: ['both', id] }))
  writeFileSync(file, JSON.stringify({ schema: 1, id: 'w', name: 'W', nodes, edges }))
  return file
}

const run = (folder: string, a: string, b: string) =>
  cli([
    ...['run', workflowFile(folder), '--set', `a.asset=${a}`, '--set', `b.asset=${b}`, '--json'],
    ...['--data', path.join(folder, 'data'), '--out', path.join(folder, 'out')],
  ])

it('two files are compared from the command line', async () => {
  const folder = tempFolder()
  const [dark, bright] = await Promise.all(
    [60, 70].map((level) => encode(greyVideo(12, { level: () => level }))),
  )
  const result = await run(folder, dark.file, bright.file)
  expect(result.code).toBe(0)
  const finished = result.events().find((event) => event.type === 'job.finished' && event.step === 'both')
  const { rows } = (finished as unknown as { outputs: { table: { inline: { rows: object[] } } } }).outputs
    .table.inline
  expect(rows).toContainEqual(expect.objectContaining({ metric: 'frames compared', value: 12 }))
  expect(rows).toContainEqual(expect.objectContaining({ metric: 'differs first at frame', value: 0 }))

  // What making each of them took goes with the figures, in JSON and in the CSV file.
  const ended = result.events().find((event) => event.type === 'run.finished')!
  const { both } = (ended as unknown as { tables: Record<string, { rows: object[] }> }).tables
  for (const region of ['A', 'B']) {
    const cost = { metric: 'time to make', region, value: expect.any(Number), unit: 's', better: 'lower' }
    expect(both.rows).toContainEqual(expect.objectContaining(cost))
  }
  const csv = readFileSync(path.join(folder, 'out', 'W-both.csv'), 'utf8')
  expect(csv).toMatch(/^metric,region,value,unit,note,better\r\n/)
  expect(csv).toMatch(/^peak memory,B,[0-9.]+,MB,/m)
}, 60_000)

it('a video that is cut off, and a recording, are refused in one sentence that names the file and the node', async () => {
  const folder = tempFolder()
  const { file } = await encode(greyVideo(50, { level: (frame) => (frame * 97) % 200 }))
  const cut = path.join(folder, 'cut.mp4')
  writeFileSync(cut, cutOff(readFileSync(file), 0.7))
  for (const [bad, says] of [
    [cut, 'cut.mp4: This file seems to be an MP4 video, but it is cut off or damaged'],
    [speechFile, 'speech-hello.wav: This is no video we can read: it seems to be a WAV recording.'],
  ]) {
    const { code, stdout } = await run(folder, file, bad)
    expect(code).toBe(1)
    const failed = stdout.split('\n').find((line) => line.includes(says))
    expect(failed, says).toContain('"nodeId":"b"')
  }
}, 60_000)
