import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readContainer } from '../../nodes/lib/media/container'
import {
  buzz,
  cutOff,
  firstPose,
  firstPoseFile,
  firstPoseWithout,
  floatWavWith,
  gif,
  hugePng,
  m4a,
  mp3,
  portraitFile,
  silence,
  solid,
  speechFile,
  writeHourOfWav,
  writeRotatedPortrait,
} from '../support/bad-files'
import { type CliResult, cli } from '../support/cli'
import { encode, greyVideo } from '../support/media'

/** One data folder for all: a user's does not start afresh after a mistake either, and the portrait is set up once. */
const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-bad-input-'))
const data = path.join(folder, 'data')
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))

/** Bytes, text, or what is to be written as JSON. */
type Content = Uint8Array | string | object

/** A file with that content among the user's files. */
function file(name: string, content: Content): string {
  const where = path.join(folder, name)
  const isPlain = typeof content === 'object' && !(content instanceof Uint8Array)
  writeFileSync(where, isPlain ? JSON.stringify(content) : content)
  return where
}

interface Attempt extends CliResult {
  /** Sentences after "error: ". */
  errors: string[]
  out: string
  /** Names of what was delivered. */
  files: string[]
}

let attempts = 0

/** Runs a command with an output folder of its own; whatever happens, certain things must hold. */
async function attempt(command: string, args: string[], outFlag: string): Promise<Attempt> {
  const out = path.join(folder, `out-${++attempts}`)
  const result = await cli([command, '--data', data, outFlag, out, ...args])
  const files = existsSync(out) ? readdirSync(out) : []
  const errors = [...result.stderr.matchAll(/^error: (.*)$/gm)].map(([, sentence]) => sentence)
  expect(result.stderr).not.toMatch(/\n\s+at |Unexpected failure|This is a fault of the program/)
  expect(errors, 'one sentence, and only when it failed').toHaveLength(
    result.code === 0 || args.includes('--json') ? 0 : 1,
  )
  if (result.code !== 0) expect(files).toEqual([])
  expect(existsSync(data) ? readdirSync(path.join(data, 'temp')) : []).toEqual([])
  return { ...result, errors, out, files }
}

/** `mmgt run` of a workflow with that node alone: the cheapest way to have a file read. */
async function read(type: string, asset: string, ...more: string[]): Promise<Attempt> {
  const nodes = { n: { type, version: 1, params: {} } }
  const workflow = file(`${path.basename(type)}.json`, { schema: 1, id: 'w', name: 'W', nodes, edges: [] })
  return attempt('run', [workflow, '--set', `n.asset=${asset}`, ...more], '--out')
}

/** `mmgt audio2vid` of eight small frames. */
async function video(
  files: { image?: string; audio?: string; pose?: string },
  ...more: string[]
): Promise<Attempt> {
  const args = [
    ...['--image_path', files.image ?? portraitFile, '--audio_path', files.audio ?? speechFile],
    ...['--first_pose', files.pose ?? firstPoseFile, '--gestures', 'procedural', '--renderer', 'warp'],
    ...['-W', '256', '-H', '256', '-L', '8'],
  ]
  return attempt('audio2vid', [...args, ...more], '--out_dir')
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)!
const hour = path.join(folder, 'hour.wav')
writeHourOfWav(hour)
const picture = portraitFile
const workflow = file('workflow.json', { schema: 1, id: 'w', name: 'W', nodes: {}, edges: [] })
const aFolder = path.join(folder, 'folder.wav')
mkdirSync(aFolder)

/** Name of the file, its content, and what the sentence must say. */
type Case = [name: string, content: Content | Promise<Content>, ...says: (string | RegExp)[]]

describe('a recording', () => {
  const speech = readFileSync(speechFile)

  it.each<Case>([
    ['cut.wav', cutOff(speech, 0.5), 'cut off', 'declares 3.2 s of sound and holds 1.6 s'],
    ['header.wav', speech.subarray(0, 30), 'cut off inside its header, after 30 bytes'],
    ['cut.mp3', cutOff(mp3(200), 0.5), 'MP3', 'declares 5.2 s of sound and only 2.6 s can be read'],
    [
      'cut.m4a',
      m4a(4, 'first').then((bytes) => cutOff(bytes, 0.5)),
      'M4A',
      /declares 4 s of sound and only 0\.\d s/,
    ],
    [
      'no-index.m4a',
      m4a(4, 'last').then((bytes) => cutOff(bytes, 0.5)),
      'M4A',
      'neither picture nor sound was found',
    ],
    ['text.wav', 'Dear diary', 'seems to be a text file'],
    ['empty.wav', '', 'seems to be an empty file'],
    ['nan.wav', floatWavWith(1000, Number.NaN), 'Sample 1000 of channel 1 (at 0.021 s) is no number (NaN)'],
    ['0.wav', buzz(8_000, 1, { seconds: 0 }), 'its length is 0 s'],
  ])('%s is refused in one sentence', async (name, content, ...says) => {
    const { code, errors } = await read('input/audio', file(name, await content))
    expect(code).toBe(1)
    for (const words of [name, ...says]) expect(errors[0]).toMatch(words)
    expect(errors[0]).toMatch(/ n\]$/)
  })

  it.each([
    [
      'a picture',
      picture,
      'portrait-mara.png: This is no recording we can read: it seems to be a PNG picture',
    ],
    ['a workflow', workflow, 'workflow.json: This is no recording we can read: it seems to be a workflow'],
    ['a folder', aFolder, `${aFolder} is not a file`],
    ['a path to nothing', '/no/speech.wav', 'There is no file /no/speech.wav'],
  ])('cannot be %s', async (_, asset, says) => {
    const { code, errors } = await read('input/audio', asset)
    expect(code).toBe(1)
    expect(errors[0]).toContain(says)
    expect(errors[0]).toMatch(/ n\]$/)
  })

  it('of an hour is refused, and not copied first', async () => {
    const { code, errors } = await read('input/audio', hour)
    expect(code).toBe(1)
    expect(errors).toEqual([`${hour}: The recording is 1 h 0 min long; at most 30 min can be used. [node n]`])
    const blobs = path.join(data, 'blobs')
    const stored = readdirSync(blobs, { recursive: true }).map((name) => path.join(blobs, String(name)))
    expect(stored.length).toBeGreaterThan(0)
    expect(stored.filter((blob) => statSync(blob).size > 100e6)).toEqual([])
  })

  it('with samples over full scale works, and a note says so', async () => {
    const { code, stderr } = await read('input/audio', file('clipped.wav', floatWavWith(1000, 1.5, -2)))
    expect(code).toBe(0)
    expect(stderr).toMatch(/note .*2 samples are over full scale \(peak 2\.00\)/)
  })

  it('in stereo at 8, 44.1, 48 and 96 kHz becomes a motion', async () => {
    const rates = [8_000, 44_100, 48_000, 96_000]
    const node = (type: string) => ({ type, version: 1, params: {} })
    const nodes: Record<string, unknown> = { p: node('input/pose') }
    const edges: object[] = []
    const set = ['--set', `p.asset=${firstPoseFile}`]
    for (const rate of rates) {
      nodes[`n${rate}`] = node('input/audio')
      nodes[`g${rate}`] = node('pose/procedural')
      edges.push({ from: [`n${rate}`, 'audio'], to: [`g${rate}`, 'audio'] })
      edges.push({ from: ['p', 'pose'], to: [`g${rate}`, 'firstPose'] })
      set.push('--set', `n${rate}.asset=${file(`${rate}.wav`, buzz(rate, 2))}`)
    }
    const workflow = file('gestures.json', { schema: 1, id: 'w', name: 'W', nodes, edges })
    const { code, events } = await attempt('run', [workflow, ...set, '--json'], '--out')
    expect(code).toBe(0)
    for (const rate of rates) {
      const made = events().find((event) => event.type === 'job.finished' && event.step === `g${rate}`)
      expect(made).toMatchObject({ outputs: { pose: { meta: { frames: 25, fps: 25 } } } })
    }
  })

  it('of silence gives a video of somebody who only breathes', async () => {
    const { code, stderr, files } = await video({ audio: file('silent.wav', silence(1)) })
    expect(code).toBe(0)
    expect(stderr).toMatch(/note .*silent from start to end/)
    expect(stderr).toMatch(/note .*only breathes/)
    expect(files).toEqual(['portrait-mara_silent.mp4'])
  })
})

describe('a picture', () => {
  it.each<Case>([
    ['text.png', 'Dear diary', 'seems to be a text file'],
    ['empty.png', '', 'seems to be an empty file'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>', 'an SVG drawing'],
    ['cut.png', cutOff(readFileSync(portraitFile), 0.5), 'a PNG picture, but it is cut off or damaged'],
    ['dot.png', solid(1, 1).png().toBuffer(), 'has 1 × 1 pixels; at least 64 × 64'],
    ['huge.png', hugePng(20_000), 'has 20000 × 20000 pixels (400 megapixels); at most 64 megapixels'],
  ])('%s is refused in one sentence', async (name, content, ...says) => {
    const { code, errors } = await read('input/image', file(name, await content))
    expect(code).toBe(1)
    for (const words of [name, ...says]) expect(errors[0]).toContain(words)
    expect(errors[0]).toMatch(/ n\]$/)
  })

  it('cannot be a video', async () => {
    const clip = await encode(greyVideo(2), { file: path.join(folder, 'clip.mp4') })
    const { code, errors } = await read('input/image', clip.file)
    expect(code).toBe(1)
    expect(errors).toEqual([
      'clip.mp4: This is no picture we can read: it seems to be an MP4 video. [input/image n]',
    ])
  })

  it.each<Case>([
    ['cmyk.jpg', solid(96, 96).toColourspace('cmyk').jpeg().toBuffer(), 'CMYK colours were converted'],
    ['moving.gif', gif(3), 'an animation of 3 frames; the first was taken'],
  ])('%s works, and a note says what was done', async (name, content, says) => {
    const { code, stderr } = await read('input/image', file(name, await content))
    expect(code).toBe(0)
    expect(stderr).toContain(says)
  })

  it('with transparency, and smaller than any -W, works with a note and is not enlarged', async () => {
    const image = file('alpha.png', await solid(128, 128, 0.5).png().toBuffer())
    const { code, stderr, stdout } = await video({ image })
    expect(code).toBe(0)
    expect(stderr).toMatch(/note .*Transparent areas were put on white/)
    expect((await readContainer(lastLine(stdout))).video).toMatchObject({ width: 128, height: 128 })
  })

  it('that a camera has stored lying on its side counts as upright, also for -W and -H', async () => {
    const { image, pose } = await writeRotatedPortrait(folder)
    // Taken for lying (1024 × 768), it would have to shrink to 192 × 144, which the renderer refuses.
    const { code, stdout } = await video({ image, pose }, '-W', '192', '-H', '512')
    expect(code).toBe(0)
    expect((await readContainer(lastLine(stdout))).video).toMatchObject({ width: 192, height: 256 })
  })
})

describe('a pose file', () => {
  const pose = firstPose()
  const [points] = pose.frames
  const withFrames = (...frames: unknown[]) => ({ ...pose, frames })

  it.each<Case>([
    ['few.json', withFrames(points, points.slice(0, 100)), 'Frame 1 has 100 points, 134 are needed'],
    ['pairs.json', withFrames(points.map(([x, y]) => [x, y])), 'point 0 (nose) has 2 values, 3 are needed'],
    ['null.json', withFrames(points.with(7, [null as never, 1, 1])), 'frame 0, point 7 (left wrist)', 'null'],
    ['nan.json', JSON.stringify(withFrames(points.with(7, [0.5, 1, 1]))).replace('0.5', 'NaN'), 'x is NaN'],
    ['empty-frame.json', withFrames(points, []), 'Frame 1 has 0 points'],
    ['no-frames.json', withFrames(), 'has 0 frames'],
    ['without-frames.json', { ...pose, frames: undefined }, 'has no list "frames"'],
    ['fps.json', { ...pose, fps: 0 }, 'frame rate is 0'],
    ['width.json', { ...pose, width: '512' }, '"width": a number is expected, found a text'],
    ['newer.json', { ...pose, format: 'mmgt-pose/2' }, 'format "mmgt-pose/2"'],
    ['cut.json', JSON.stringify(pose).slice(0, 1500), 'not valid JSON: the text breaks off (byte 1500)'],
    ['text.json', 'stand up straight', 'seems to be a text file'],
    ['list.json', [1, 2, 3], 'seems to be a JSON file'],
    ['nobody.json', [], 'seems to be a JSON file'],
    ['openpose.json', { people: [{ pose_keypoints_2d: [1, 2, 3] }] }, 'pose_keypoints_2d has 3 values'],
    ['deep.json', '['.repeat(1e6), 'cannot be parsed'],
  ])('%s is refused in one sentence', async (name, content, ...says) => {
    const { code, errors } = await read('input/pose', file(name, await content))
    expect(code).toBe(1)
    for (const words of [name, ...says]) expect(errors[0]).toContain(words)
    expect(errors[0]).toMatch(/ n\]$/)
  })

  it.each([
    [
      'a picture',
      picture,
      'portrait-mara.png: This is no pose file: it seems to be a PNG picture. [input/pose n]',
    ],
    [
      'a workflow',
      workflow,
      'workflow.json: This is no pose file: it seems to be a workflow. [input/pose n]',
    ],
  ])('cannot be %s', async (_, asset, says) => {
    const { code, errors } = await read('input/pose', asset)
    expect(code).toBe(1)
    expect(errors[0]).toBe(says)
  })

  it.each<Case>([
    ['wide.json', { ...pose, width: 2 * pose.width }, 'canvas of 2048 × 1024, the portrait is 1024 × 1024'],
    ['no-face.json', firstPoseWithout((i) => i >= 24 && i < 92), 'shows 0 of 68 face points'],
    ['no-shoulder.json', firstPoseWithout((i) => i === 2), 'does not show both shoulders'],
  ])('%s is no first pose of the portrait, and the renderer says so', async (name, content, says) => {
    const { code, errors } = await video({ pose: file(name, await content) })
    expect(code).toBe(1)
    expect(errors[0]).toContain(says)
    expect(errors[0]).toMatch(/\[render\/warp render\]$/)
  })
})

describe('flags', () => {
  it.each([
    ['-L', '1000000000', '-L is "1000000000"; a whole number from 1 to 100000'],
    ['-L', '0', '-L is "0"'],
    ['-W', '100', '-W 100 -H 256 would shrink the portrait of 1024 × 1024 to 100 pixels'],
  ])('%s %s counts as wrong usage', async (flag, value, says) => {
    const { code, errors } = await video({}, flag, value)
    expect(code).toBe(2)
    expect(errors[0]).toContain(says)
  })

  it.each([
    ['a folder', folder, `${folder} is not a file`],
    ['a recording', hour, 'hour.wav has 345600044 bytes; at most'],
  ])('-c cannot be %s', async (_, value, says) => {
    const { code, errors } = await video({}, '-c', value)
    expect(code).toBe(2)
    expect(errors[0]).toContain(says)
  })

  it('-L beyond the end of the sound ends with the sound', async () => {
    const { code, stderr, stdout } = await video({ audio: file('silent.wav', silence(1)) }, '-L', '100000')
    expect(code).toBe(0)
    expect(stderr).toMatch(/note .*100000 .*25 frames/)
    expect((await readContainer(lastLine(stdout))).video).toMatchObject({ frames: 25 })
  })

  it('with files of very long names give a result whose name every file system takes', async () => {
    const audio = file(`${'話'.repeat(70)}.wav`, readFileSync(speechFile))
    const { code, stderr, files } = await video({ audio })
    expect(code).toBe(0)
    expect(files).toEqual([`portrait-mara_${'話'.repeat(33)}.mp4`])
    expect(stderr).toContain('the result is called')
  })

  it.each([
    ['image', { image: '/no/portrait.png' }],
    ['audio', { audio: '/no/speech.wav' }],
    ['pose', { pose: '/no/first.json' }],
  ])('name the %s file that is not there', async (_, files) => {
    const { code, errors } = await video(files)
    expect(code).toBe(1)
    expect(errors).toEqual([`There is no file ${Object.values(files)[0]}.`])
  })
})

describe('a folder', () => {
  const taken = file('taken', 'a file in the way')
  const inside = path.join(taken, 'below')

  it.each([
    ['--out_dir', 'a file', taken, `${taken} is a file, not a folder.`],
    ['--out_dir', 'below a file', inside, `${inside} cannot be written: ${taken} is a file, not a folder.`],
    ['--data', 'a file', taken, `${taken} is a file, not a folder.`],
    ['--data', 'below a file', inside, `${inside} cannot be written: ${taken} is a file, not a folder.`],
  ])('for %s cannot be %s', async (flag, _, value, says) => {
    const { code, errors, stderr } = await video({}, flag, value)
    expect(code).toBe(1)
    expect(errors).toEqual([says])
    expect(stderr).not.toContain('done ')
    expect(readFileSync(taken, 'utf8')).toBe('a file in the way')
  })

  it.runIf(process.platform === 'linux').each(['--out_dir', '--data'])(
    'for %s that the system can never make is an error, not a wait without end',
    async (flag) => {
      const { code, errors } = await video({}, flag, '/proc/nowhere')
      expect(code).toBe(1)
      expect(errors).toEqual(['/proc/nowhere cannot be written (ENOENT).'])
    },
  )
})

describe('a workflow', () => {
  it.each([
    ['a folder', aFolder, `${aFolder} is not a file.`],
    ['a path to nothing', '/no/workflow.json', 'There is no file /no/workflow.json.'],
    ['a recording', speechFile, `${speechFile}: This file holds no workflow.`],
    [
      'a pose file',
      firstPoseFile,
      `${firstPoseFile}: This is not a workflow: it has no "schema" and "nodes".`,
    ],
  ])('cannot be %s', async (_, given, says) => {
    const { code, errors } = await attempt('run', [given], '--out')
    expect(code).toBe(1)
    expect(errors).toEqual([says])
  })

  it('of hundreds of megabytes is refused without reading it', async () => {
    const huge = path.join(folder, 'huge.json')
    writeHourOfWav(huge)
    const { code, errors } = await attempt('run', [huge], '--out')
    expect(code).toBe(1)
    expect(errors[0]).toContain('The workflow has 345600044 bytes; the limit is 5000000')
  })
})

describe('with --json', () => {
  it('a failure before the run is one error event, with the node it is about', async () => {
    const asset = file('text.wav', 'Dear diary')
    const { code, stderr, events } = await read('input/audio', asset, '--json')
    expect(code).toBe(1)
    expect(stderr).toBe('')
    expect(events()).toEqual([
      { type: 'error', error: expect.objectContaining({ code: 'asset/unreadable', nodeId: 'n' }) },
    ])
  })

  it('a failure of a node is told by its job, by the run, and last as the error', async () => {
    const asset = file('nan.wav', floatWavWith(1000, Number.NaN))
    const { code, stderr, events } = await read('input/audio', asset, '--json')
    expect(code).toBe(1)
    expect(stderr).toBe('')
    const failures = events().filter((event) => 'error' in event)
    expect(failures.map((event) => event.type)).toEqual(['job.failed', 'run.failed', 'error'])
    for (const { error } of failures) {
      expect(error).toMatchObject({ code: 'audio/unreadable', nodeId: 'n' })
      expect(error).toMatchObject({ message: expect.stringContaining('nan.wav: Sample 1000') })
      expect(error).not.toHaveProperty('stack')
    }
  })

  it('wrong usage is one error event, and the exit code tells it from a failure', async () => {
    const { code, stderr, events } = await video({}, '--json', '-L', '-3')
    expect(code).toBe(2)
    expect(stderr).toBe('')
    expect(events()).toMatchObject([{ type: 'error', error: { code: 'usage/wrong' } }])
  })
})

it('two equal commands at once, into one folder and a data folder that is not there yet, both succeed', async () => {
  const shared = ['--data', path.join(folder, 'new-data'), '--out_dir', path.join(folder, 'together')]
  const audio = file('silent.wav', silence(1))
  const both = await Promise.all([video({ audio }, ...shared), video({ audio }, ...shared)])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(readdirSync(path.join(folder, 'together'))).toEqual(['portrait-mara_silent.mp4'])
  expect(readdirSync(path.join(folder, 'new-data', 'temp'))).toEqual([])
})
