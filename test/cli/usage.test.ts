import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { registry } from '../../nodes/registry'
import { cli, examples } from '../support/cli'
import { tempFolder } from '../support/engine'

const portrait = path.join(examples, 'portrait-mara.png')
const speech = path.join(examples, 'speech-hello.wav')

describe('mmgt', () => {
  it('without a command lists the commands and counts as wrong usage', async () => {
    const result = await cli([])
    expect(result.code).toBe(2)
    for (const name of ['audio2vid', 'pose2vid', 'run', 'nodes'])
      expect(result.stdout).toContain(`mmgt ${name}`)
  })

  it.each([
    [
      'a command that does not exist',
      ['audio2video'],
      'There is no command "audio2video"',
      'Did you mean audio2vid?',
    ],
    [
      'a misspelt flag',
      ['audio2vid', '--image_pth', 'x'],
      'no flag --image_pth',
      'Did you mean --image_path?',
    ],
    ['a missing flag', ['audio2vid', '--image_path', portrait], '--audio_path is needed', ''],
    ['a flag without its value', ['audio2vid', '--image_path'], 'image_path', ''],
    [
      'a number that is none',
      [
        'audio2vid',
        '--image_path',
        portrait,
        '--audio_path',
        speech,
        '--out_dir',
        'o',
        '--gestures',
        'procedural',
        '--renderer',
        'warp',
        '--fps',
        'fast',
      ],
      '--fps is "fast"',
      '',
    ],
    [
      'a size out of range',
      [
        'audio2vid',
        '--image_path',
        portrait,
        '--audio_path',
        speech,
        '--out_dir',
        'o',
        '--gestures',
        'procedural',
        '--renderer',
        'warp',
        '-W',
        '9000',
      ],
      '-W is "9000"',
      '',
    ],
    [
      'a choice that does not exist',
      [
        'audio2vid',
        '--image_path',
        portrait,
        '--audio_path',
        speech,
        '--out_dir',
        'o',
        '--renderer',
        'magic',
      ],
      'diffusion or warp',
      '',
    ],
    ['two workflows', ['run', 'a.json', 'b.json'], 'takes one workflow', ''],
    [
      'an unknown node',
      ['nodes', 'pose/procedral'],
      'no node "pose/procedral"',
      'Did you mean pose/procedural?',
    ],
    ['a config that is not there', ['audio2vid', '-c', '/nowhere.yaml'], 'no file /nowhere.yaml', ''],
  ])('given %s says so in one sentence and exits with 2', async (_, args, words, hint) => {
    const result = await cli(args)
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(words)
    expect(result.stderr).toContain(hint)
    expect(result.stderr).not.toMatch(/\n\s+at /)
  })

  it.each([
    ['smga', ['--gestures', 'smga', '--renderer', 'warp']],
    ['diffusion', ['--gestures', 'procedural', '--renderer', 'diffusion']],
    ['the defaults', []],
  ])('asked for %s names the pack that is missing and what works without', async (_, args) => {
    const out = tempFolder()
    const result = await cli([
      'audio2vid',
      '--image_path',
      portrait,
      '--audio_path',
      speech,
      '--out_dir',
      out,
      ...args,
    ])
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('mmgt-official')
    expect(result.stderr).toContain('--renderer warp')
  })

  it('prints the help of a command', async () => {
    const result = await cli(['audio2vid', '--help'])
    expect(result.code).toBe(0)
    expect(result.stdout).toContain('--image_path FILE')
    expect(result.stdout).toContain('-W PIXELS')
  })

  it('refuses an out_dir that cannot be written, before it computes anything', async () => {
    const folder = tempFolder()
    const file = path.join(folder, 'taken')
    writeFileSync(file, 'not a folder')
    const args = [
      'audio2vid',
      '--image_path',
      portrait,
      '--audio_path',
      speech,
      '--gestures',
      'procedural',
      '--renderer',
      'warp',
      '--data',
      path.join(folder, 'data'),
    ]
    const asFile = await cli([...args, '--out_dir', file])
    expect(asFile.code).toBe(1)
    expect(asFile.stderr).toContain('is a file, not a folder')
    const inside = await cli([...args, '--out_dir', path.join(file, 'below')])
    expect(inside.code).toBe(1)
    expect(inside.stderr).toContain('cannot be written')
    expect(inside.stderr).not.toContain('done ')
  })

  it('reports missing files by name', async () => {
    const folder = tempFolder()
    const places = ['--renderer', 'warp', '--data', path.join(folder, 'data'), '--out_dir', folder]
    const procedural = ['--audio_path', speech, '--gestures', 'procedural', ...places]
    const first = ['--first_pose', path.join(examples, 'portrait-mara.pose.json')]
    const image = await cli(['audio2vid', '--image_path', '/no/portrait.png', ...first, ...procedural])
    expect(image).toMatchObject({ code: 1 })
    expect(image.stderr).toContain('There is no file /no/portrait.png')

    const alone = path.join(folder, 'alone.png')
    copyFileSync(portrait, alone)
    const detected = await cli(['audio2vid', '--image_path', alone, ...procedural])
    expect(detected).toMatchObject({ code: 1 })
    expect(detected.stderr).toContain('not here: Person detector (YOLOX), Keypoint detector (DWPose)')
    expect(detected.stderr).toContain('--first_pose FILE.json')

    const motion = ['--pose_path', path.join(examples, 'portrait-mara.pose.json')]
    const pose = await cli(['pose2vid', '--image_path', alone, ...motion, ...places])
    expect(pose).toMatchObject({ code: 2 })
    expect(pose.stderr).toContain('--first_pose is needed')
  })
})

describe('mmgt nodes', () => {
  it('lists every node with its summary', async () => {
    const result = await cli(['nodes'])
    expect(result.stdout.trim().split('\n')).toHaveLength(registry.all().length)
    for (const { id, summary } of registry.all()) {
      expect(result.stdout).toContain(id)
      expect(result.stdout).toContain(summary)
    }
  })

  it('shows sockets, params, ranges and docs of one', async () => {
    const { stdout } = await cli(['nodes', 'pose/procedural'])
    expect(stdout).toMatch(/audio +audio/)
    expect(stdout).toMatch(/energy +number 0 to 2, ×, default 1/)
    expect(stdout).toContain('seed')
  })

  it('gives the same as data', async () => {
    const { stdout } = await cli(['nodes', 'render/warp', '--json'])
    const all = JSON.parse((await cli(['nodes', '--json'])).stdout)
    expect(all.sockets.pose.facts).toContain('frames')
    expect(all.nodes).toHaveLength(registry.all().length)
    expect(JSON.parse(stdout)).toMatchObject({ id: 'render/warp', outputs: { video: { type: 'video' } } })
  })
})

describe('mmgt run', () => {
  const attempt = async (content: string, ...args: string[]) => {
    const folder = tempFolder()
    mkdirSync(path.join(folder, 'out'))
    const file = path.join(folder, 'workflow.json')
    writeFileSync(file, content)
    return cli(['run', file, '--data', path.join(folder, 'data'), '--out', path.join(folder, 'out'), ...args])
  }
  const node = (type: string, params = {}) => ({ type, version: 1, params })
  const document = (nodes: object, edges: unknown[] = [], more = {}) =>
    JSON.stringify({ schema: 1, id: 'w', name: 'W', nodes, edges, ...more })
  const smooth = { a: node('pose/smooth'), b: node('pose/smooth') }
  const edge = (from: string, to: string) => ({ from: from.split('.'), to: to.split('.') })

  it.each([
    ['a cycle', document(smooth, [edge('a.pose', 'b.pose'), edge('b.pose', 'a.pose')]), 'has a cycle'],
    ['an unknown node', document({ a: node('lab/magic') }), 'no node type "lab/magic"'],
    ['a newer schema', JSON.stringify({ schema: 9, id: 'w', nodes: {}, edges: [] }), 'uses schema 9'],
    ['a newer node', document({ a: { ...node('input/image'), version: 99 } }), 'version 99'],
    [
      'a dangling edge',
      document(smooth, [edge('z.pose', 'a.pose')]),
      'node "z", which is not in the workflow',
    ],
    [
      'a wrong socket type',
      document({ a: node('input/audio'), b: node('pose/smooth') }, [edge('a.audio', 'b.pose')]),
      'gives audio',
    ],
    [
      '100,000 nodes',
      document(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, node('pose/smooth')]))),
      'the limit is',
    ],
    [
      '__proto__ as an id',
      `{"schema":1,"id":"w","nodes":{"__proto__":{"type":"a","version":1}},"edges":[]}`,
      '"__proto__" cannot be the id',
    ],
    ['no nodes', document({}), 'nothing to run'],
    ['text that is not JSON', 'portrait goes here', 'not JSON'],
    [
      'an asset nobody imported',
      document({ a: node('input/image', { asset: `sha256:${'0'.repeat(64)}` }) }),
      'not in this data folder',
    ],
  ])('refuses %s in one sentence', async (_, content, words) => {
    const result = await attempt(content)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain(words)
    expect(result.stderr).not.toMatch(/\n\s+at /)
    expect(result.stdout).toBe('')
  })

  it('explains a --set that fits nothing', async () => {
    const content = document({ a: node('pose/smooth') })
    expect((await attempt(content, '--set', 'a')).stderr).toContain('not NODE.PARAM=VALUE')
    expect((await attempt(content, '--set', 'z.strength=1')).stderr).toContain('no node "z"')
    expect((await attempt(content, '--set', 'a.nothing=1')).stderr).toContain('has no param "nothing"')
  })
})
