import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CliResult, cli, examples, startCli } from '../support/cli'
import { tempFolder } from '../support/engine'
import { networksIn } from '../support/shared-folder'
import { sharedTinyPack } from '../support/tiny-pack/tiny-pack'

const pack = sharedTinyPack()

/** Its data folder knows the tiny networks optimised. */
function newFolder(): string {
  const folder = tempFolder()
  networksIn(path.join(folder, 'data'))
  return folder
}

const SMALL = ['-W', '64', '-H', '64', '--steps', '2']
const portrait = path.join(examples, 'portrait-mara.png')
const speech = path.join(examples, 'speech-hello.wav')

/** The original's command, with its defaults: gestures by SMGA, pictures by diffusion. */
const audio2vid = (folder: string, ...more: string[]) =>
  cli([
    ...['audio2vid', '--image_path', portrait, '--audio_path', speech, '--pack', pack],
    ...['--out_dir', path.join(folder, 'out'), '--data', path.join(folder, 'data'), ...SMALL, ...more],
  ])

const ran = (result: CliResult) =>
  result.events().flatMap((event) => (event.type === 'job.finished' ? [event.step] : []))

describe('audio2vid by the networks of a pack', () => {
  it('makes a video, and runs again only what one param touches', async () => {
    const folder = tempFolder()
    const first = await audio2vid(folder, '--json', '-L', '14')
    expect(first.stdout).not.toContain('"type":"error"')
    expect(first.code).toBe(0)
    expect(ran(first).sort()).toEqual(
      [
        'cut',
        'features',
        'firstPose',
        'gestures',
        'masks',
        'portrait',
        'render',
        'render#prepare',
        'speech',
        'video',
      ].sort(),
    )
    const file = path.join(folder, 'out', 'portrait-mara_speech-hello.mp4')
    expect(existsSync(file)).toBe(true)
    expect(ran(await audio2vid(folder, '--json', '-L', '14'))).toEqual([])
    expect(ran(await audio2vid(folder, '--json', '-L', '14', '--lip_weight', '3'))).toEqual([
      'render',
      'video',
    ])
  })

  it('a fine-tune of one network shares all others, and only what hangs on it runs again', async () => {
    const folder = newFolder()
    const data = ['--data', path.join(folder, 'data')]
    await audio2vid(folder, '-L', '3')
    const tuned = path.join(folder, 'tuned.pt')
    copyFileSync(path.join(pack, 'smga/audio2pose.pt'), tuned)
    const added = await cli(['models', 'add', tuned, '--role', 'smga', '--base', 'tiny', ...data])
    expect(added.stderr).toContain(tuned)
    const again = await audio2vid(folder, '--json', '-L', '3', '--pack', 'tuned')
    expect(again.code).toBe(0)
    expect(ran(again)).toEqual(['gestures', 'cut', 'masks', 'render', 'video'])
  })

  it('detects the first pose where none lies beside the portrait, and can choose among motions', async () => {
    const folder = newFolder()
    const alone = path.join(folder, 'alone.png')
    writeFileSync(alone, readFileSync(portrait))
    const result = await audio2vid(
      folder,
      '--json',
      '-L',
      '5',
      '--image_path',
      alone,
      '--use_motion_selection',
    )
    expect(result.code).toBe(0)
    expect(ran(result)).toContain('firstPose')
    expect(JSON.stringify(result.events())).toContain('alone_speech-hello.mp4')
  })

  it('writes what lies between when asked, in files that pose2vid takes', async () => {
    const folder = newFolder()
    const result = await audio2vid(folder, '-L', '6', '--save_intermediates')
    expect(result.stderr).toContain('Finished')
    expect(result.stderr).toMatch(/done +mask\/to-video lipsMask /)
    const out = path.join(folder, 'out')
    const name = 'portrait-mara_speech-hello'
    expect(readdirSync(out).sort()).toEqual(
      [
        '.mp4',
        ...['_face_mask.mp4', '_hands_mask.mp4', '_lips_mask.mp4', '_pose.mp4', '_pose.json', '_pose.npy'],
        ...['_lip_features.npy', '_motion_features.npy'],
      ]
        .map((end) => name + end)
        .sort(),
    )
    expect(result.stdout.trim().split('\n').at(-1)).toBe(path.join(out, `${name}.mp4`))
    const npy = readFileSync(path.join(out, `${name}_pose.npy`))
    expect(npy.subarray(0, 128).toString('latin1')).toContain("'shape': (6, 402)")

    const pose2vid = (...more: string[]) =>
      cli([
        ...['pose2vid', '--image_path', portrait, '--pose_path', path.join(out, `${name}_pose.json`)],
        ...['--audio_path', speech, '--out_dir', path.join(folder, 'again'), '--json', ...SMALL],
        ...['--pack', pack, '--data', path.join(folder, 'data'), ...more],
      ])
    const again = await pose2vid()
    expect(again.code).toBe(0)
    const weaker = await pose2vid('--cfg', '2')
    expect(ran(weaker)).toEqual(['render', 'video'])
    const faster = await pose2vid('--cfg', '2', '--fps', '30')
    expect(ran(faster).sort()).toEqual(['masks', 'render', 'speed', 'video'])
    expect(existsSync(path.join(folder, 'again', `portrait-mara_${name}_pose.mp4`))).toBe(true)

    // The four videos that the original's command takes.
    const video = (end: string) => path.join(out, `${name}_${end}.mp4`)
    const drawn = await cli([
      ...['pose2vid', '--image_path', portrait, '--pose_path', video('pose'), '--pack', pack, '--json'],
      ...['--face_mask_path', video('face_mask'), '--lips_mask_path', video('lips_mask')],
      ...['--hands_mask_path', video('hands_mask'), '--audio_path', speech],
      ...['--out_dir', path.join(folder, 'drawn'), '--data', path.join(folder, 'data'), ...SMALL],
    ])
    expect(drawn.code).toBe(0)
    expect(ran(drawn)).toContain('lipsToo')
    expect(JSON.stringify(drawn.events().at(-1))).toContain(`portrait-mara_${name}_pose.mp4`)
  })

  it('goes on in the middle of diffusion when it was killed there and is called again', async () => {
    const folder = newFolder()
    const args = [
      ...[
        'audio2vid',
        '--image_path',
        portrait,
        '--audio_path',
        speech,
        '--pack',
        pack,
        '--json',
        '-L',
        '14',
      ],
      ...[
        '--out_dir',
        path.join(folder, 'out'),
        '--data',
        path.join(folder, 'data'),
        ...SMALL,
        '--steps',
        '20',
      ],
    ]
    const { child, done } = startCli(args)
    let seen = ''
    child.stdout!.on('data', (text) => {
      seen += text
      if (/Step ([5-9]|1\d) of 20/.test(seen)) child.kill('SIGKILL')
    })
    expect((await done).code).toBeNull()
    const again = await cli(args)
    expect(again.code).toBe(0)
    expect(again.stdout).toMatch(/It went on after step ([4-9]|1\d) of 20, where it was stopped\./)
    expect(ran(again)).toEqual(['render', 'video'])
  })

  it('needs face and lips masks with a video of drawn poses', async () => {
    const given = ['--image_path', portrait, '--pose_path', 'motion.mp4', '--out_dir', tempFolder()]
    const result = await cli(['pose2vid', ...given])
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('--face_mask_path and --lips_mask_path')
    const warp = await cli(['pose2vid', ...given, '--renderer', 'warp'])
    expect(warp.code).toBe(2)
    expect(warp.stderr).toContain('motion.mp4 is a video')
  })

  it('needs no pack for the warp renderer, and says which parts are missing for the rest', async () => {
    const folder = tempFolder()
    const result = await cli([
      ...['audio2vid', '--image_path', portrait, '--audio_path', speech],
      ...['--out_dir', path.join(folder, 'out'), '--data', path.join(folder, 'data')],
    ])
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(
      /needs the model pack mmgt-official \(about 11 GB\); not here: Gestures \(SMGA\), WavLM/,
    )
    expect(result.stderr).toContain('mmgt models pull mmgt-official')
    expect(existsSync(path.join(folder, 'out'))).toBe(false)
  })
})
