import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isOver } from '../../nodes/core/run-snapshot'
import {
  buzz,
  cutOff,
  firstPose,
  floatWavWith,
  hugePng,
  m4a,
  mp3,
  portraitFile,
  solid,
  speechFile,
} from '../support/bad-files'
import { deflatedZip } from '../support/deflated-zip'
import { root, testStudio } from '../support/services'
import { send } from '../support/upload'

type Studio = Awaited<ReturnType<typeof testStudio>>
type Case = [name: string, content: Uint8Array | string | object, says: string]

const bytesOf = (content: Uint8Array | string | object) =>
  content instanceof Uint8Array
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))

const portrait = readFileSync(portraitFile)
const speech = readFileSync(speechFile)

/** What a studio says to a person: one sentence (the hint is another), without paths or stacks. */
function expectSentence(message: string, says: string, { data }: Studio) {
  expect(message).toContain(says)
  expect(message).toMatch(/^[^\n]+\.$/)
  expect(message).not.toContain(data)
  expect(message).not.toMatch(/Unexpected failure| at \S+:\d+/)
}

async function refuseAll(cases: readonly Case[]) {
  const studio = await testStudio()
  for (const [name, content, says] of cases) {
    const { status, body } = await send(studio.port, name, bytesOf(content))
    expect(status, name).toBe(422)
    expectSentence(JSON.parse(body.toString()).message, says, studio)
  }
  expect((await studio.api.asset.list()).assets).toEqual([])
  expect(readdirSync(path.join(studio.data, 'uploads'))).toEqual([])
  expect(readdirSync(path.join(studio.data, 'temp'))).toEqual([])
  const { status } = await send(studio.port, 'me.png', portrait)
  expect(status).toBe(204)
}

describe('an upload of no use is refused with one sentence, nothing of it stays, and the next one works:', () => {
  it('recordings', async () => {
    await refuseAll([
      ['cut.wav', cutOff(speech, 0.5), 'declares 3.2 s of sound and holds 1.6 s'],
      ['header.wav', speech.subarray(0, 30), 'cut off inside its header, after 30 bytes'],
      ['no-index.m4a', cutOff(await m4a(4, 'last'), 0.5), 'neither picture nor sound was found'],
      ['text.wav', 'Dear diary', 'seems to be a text file'],
      ['picture.wav', portrait, 'picture.wav is called a recording or video, but'],
    ])
  })

  it('pictures, and what only looks like one', async () => {
    await refuseAll([
      ['text.png', 'Dear diary', 'seems to be a text file'],
      ['huge.png', await hugePng(20_000), 'has 20000 × 20000 pixels (400 megapixels)'],
      ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'an SVG drawing'],
      ['drawing.png', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG drawing'],
      ['page.jpg', '<!doctype html><script>alert(1)</script>', 'cannot be used here'],
      ['script.gif', 'GIF89a=0;/*\0\0*/alert(1)//', 'GIF'],
      ['sound.png', speech, 'sound.png is called a picture, but'],
      [
        'archive.png',
        readFileSync(deflatedZip([{ name: 'a.txt', data: Buffer.from('hello') }])),
        'archive.png is called a picture, but',
      ],
    ])
  })

  it('pose files', async () => {
    const pose = firstPose()
    const [points] = pose.frames
    const withFrames = (...frames: unknown[]) => ({ ...pose, frames })
    await refuseAll([
      ['few.json', withFrames(points, points.slice(0, 100)), 'Frame 1 has 100 points, 134 are needed'],
      [
        'nan.json',
        JSON.stringify(withFrames(points.with(7, [0.5, 1, 1]))).replace('0.5', 'NaN'),
        'point 7 (left wrist): x is NaN',
      ],
      ['no-frames.json', withFrames(), 'has 0 frames'],
      ['newer.json', { ...pose, format: 'mmgt-pose/2' }, 'format "mmgt-pose/2"'],
      ['cut.json', JSON.stringify(pose).slice(0, 1500), 'the text breaks off (byte 1500)'],
      ['list.json', [1, 2, 3], 'seems to be a JSON file'],
      ['deep.json', '['.repeat(1e6), 'cannot be parsed'],
      ['openpose.json', { people: [{ pose_keypoints_2d: [1, 2, 3] }] }, 'pose_keypoints_2d has 3 values'],
    ])
  })
})

it('a file whose damage shows only when it is read fails its node with one sentence, and the next run works', async () => {
  const studio = await testStudio()
  const { api, port } = studio
  const runOf = async (type: string, name: string, content: Uint8Array) => {
    const { status, upload } = await send(port, name, content)
    expect(status, name).toBe(204)
    const asset = (await api.asset.byUpload({ upload })).id
    const document = documentOf({ n: { type, version: 1, params: { asset } } })
    const { workflow } = await api.workflow.create({ document })
    const { run } = await api.run.start({ workflow })
    const snapshot = async () => (await api.run.get({ run })).snapshot
    await expect.poll(async () => isOver((await snapshot()).summary.state)).toBe(true)
    return (await snapshot()).summary
  }
  const bad: [string, string, Uint8Array, string][] = [
    ['input/image', 'cut.png', cutOff(portrait, 0.5), 'a PNG picture, but it is cut off or damaged'],
    ['input/image', 'dot.png', await solid(1, 1).png().toBuffer(), 'has 1 × 1 pixels; at least 64 × 64'],
    ['input/audio', 'cut.mp3', cutOff(mp3(200), 0.5), 'declares 5.2 s of sound and only 2.6 s can be read'],
    ['input/audio', 'nan.wav', floatWavWith(1000, Number.NaN), 'Sample 1000 of channel 1'],
    ['input/audio', 'none.wav', buzz(8_000, 1, { seconds: 0 }), 'its length is 0 s'],
    ['input/audio', 'portrait.png', portrait, 'This is no recording we can read: it seems to be a PNG'],
  ]
  for (const [type, name, content, says] of bad) {
    const { state, error } = await runOf(type, name, content)
    expect([state, error?.nodeId], name).toEqual(['failed', 'n'])
    expectSentence(error!.message, says, studio)
    expect(error!.message).toContain(name)
  }
  expect((await runOf('input/image', 'me.png', portrait)).state).toBe('finished')
})

const node = (type: string, more: object = {}) => ({ type, version: 1, params: {}, ...more })
const edge = (from: string, to: string) => ({ from: from.split('.'), to: to.split('.') })
const documentOf = (nodes: object, edges: object[] = []) => ({ schema: 1, id: 'w', name: 'W', nodes, edges })

describe('a workflow file', () => {
  async function importOf(studio: Studio, content: object | string) {
    const { upload, status } = await send(studio.port, 'workflow.json', bytesOf(content))
    expect(status).toBe(204)
    const asset = (await studio.api.asset.byUpload({ upload })).id
    return studio.api.workflow.import({ asset })
  }

  it('that can never be opened is refused with one sentence, and no workflow is made of it', async () => {
    const studio = await testStudio()
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, node('pose/smooth')]))
    const cases: [object | string, string][] = [
      [{ ...documentOf({}), schema: 99 }, 'schema 99; this version of MMGT Studio reads up to 1'],
      [documentOf(many), 'has 100000 nodes; the limit is'],
      [
        JSON.stringify(documentOf({ x: node('pose/smooth') })).replace('"x"', '"__proto__"'),
        '"__proto__" cannot be the id of a node',
      ],
    ]
    for (const [content, says] of cases) {
      const error = await importOf(studio, content).catch((e) => e)
      expectSentence(error.message, says, studio)
    }
    expect((await studio.api.workflow.list({})).workflows).toEqual([])
    expect({}).not.toHaveProperty('type') // no prototype was touched
  })

  it('that cannot run opens, and Run says with one sentence why not', async () => {
    const studio = await testStudio()
    const cases: [object, string][] = [
      [
        documentOf({ a: node('pose/smooth'), b: node('pose/smooth') }, [
          edge('a.pose', 'b.pose'),
          edge('b.pose', 'a.pose'),
        ]),
        'The workflow has a cycle',
      ],
      [documentOf({ a: node('no/such') }), 'no node type "no/such"'],
      [documentOf({ a: node('pose/smooth', { version: 99 }) }), 'was saved as version 99'],
      [documentOf({ a: node('pose/smooth') }, [edge('gone.pose', 'a.pose')]), 'is not connected'],
      [
        documentOf({ a: node('input/image'), b: node('pose/smooth') }, [edge('a.image', 'b.pose')]),
        'gives image at "image", but "pose" of pose/smooth (b) takes pose',
      ],
    ]
    for (const [content, says] of cases) {
      const { workflow } = await importOf(studio, content)
      const error = await studio.api.run.start({ workflow }).catch((e) => e)
      expectSentence(error.message, says, studio)
      expect((await studio.api.run.list({ workflow })).runs).toEqual([])
    }
  })

  it('with an edge to nothing opens without it, and says so', async () => {
    const studio = await testStudio()
    const document = documentOf({ a: node('pose/smooth') }, [edge('gone.pose', 'a.pose')])
    expect((await importOf(studio, document)).notes).toEqual([
      'workflow.json: The edge gone.pose → a.pose leads to a node that is not in the file, and was left out.',
    ])
    expect((await importOf(studio, documentOf({ a: node('pose/smooth') }))).notes).toEqual([])
  })

  it('behind a picture is not seen: the file is the picture', async () => {
    const studio = await testStudio()
    const workflow = readFileSync(path.join(root, 'nodes/examples/hello.workflow.json'))
    const manifest = Buffer.from('{"format":"mmgt-workflow/1","assets":[]}')
    const zip = readFileSync(
      deflatedZip([
        { name: 'manifest.json', data: manifest },
        { name: 'workflow.json', data: workflow },
      ]),
    )
    const { upload } = await send(studio.port, 'both.png', Buffer.concat([portrait, zip]))
    const { id, kind } = await studio.api.asset.byUpload({ upload })
    expect(kind).toBe('image')
    await expect(studio.api.workflow.import({ asset: id })).rejects.toThrow('both.png holds no workflow.')
    expect((await studio.api.workflow.list({})).workflows).toEqual([])
  })
})
