import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { cli, examples, startCli } from '../support/cli'
import { tempFolder } from '../support/engine'

const SMALL = ['-W', '256', '-H', '256']

function command(folder: string, ...more: string[]): string[] {
  return [
    'audio2vid',
    ...['--image_path', path.join(examples, 'portrait-mara.png')],
    ...['--audio_path', path.join(examples, 'speech-hello.wav')],
    ...['--gestures', 'procedural', '--renderer', 'warp'],
    ...['--out_dir', path.join(folder, 'out'), '--data', path.join(folder, 'data')],
    ...SMALL,
    ...more,
  ]
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)!

/** Of the tests that begin where the command has run once. */
const whole = mkdtempSync(path.join(tmpdir(), 'mmgt-video-'))
afterAll(() => rmSync(whole, { recursive: true, force: true, maxRetries: 10 }))
let ran: ReturnType<typeof cli> | undefined
const once = () => {
  ran ??= cli(command(whole))
  return ran
}

describe('audio2vid', () => {
  it('makes a video of the length of the speech and prints its path last', async () => {
    const result = await once()
    expect(result.stderr).toContain('Finished')
    expect(result.code).toBe(0)
    const file = lastLine(result.stdout)
    expect(file).toBe(path.join(whole, 'out', 'portrait-mara_speech-hello.mp4'))
    const { readContainer } = await import('../../nodes/lib/media/container')
    const container = await readContainer(file)
    expect(JSON.stringify(container)).toContain('256')
    expect(readdirSync(path.join(whole, 'data', 'temp'))).toEqual([])
  })

  it('is cached when nothing changed, and computes only what a change touches', async () => {
    const made = lastLine((await once()).stdout)
    const first = readFileSync(made)
    const again = await cli(command(whole, '--json'))
    const computed = (result: typeof again) =>
      result.events().flatMap((event) => (event.type === 'job.finished' ? [event.step] : []))
    expect(computed(again)).toEqual([])
    expect(readFileSync(made).equals(first)).toBe(true)
    const other = path.join(whole, 'other')
    const changed = await cli(command(whole, '--json', '--seed', '7', '--out_dir', other))
    expect(computed(changed)).toEqual(['gestures', 'render', 'video'])
  })

  it('prints one JSON event a line with --json, numbered without gaps', async () => {
    const result = await cli(command(tempFolder(), '--json'))
    const events = result.events()
    const numbered = events.filter((event) => 'seq' in event)
    expect(numbered.map((event) => event.seq)).toEqual(numbered.map((_, i) => i + 1))
    expect(numbered.at(-1)).toMatchObject({ type: 'run.finished', files: [{ mime: 'video/mp4' }] })
    expect(events.at(-1)).toMatchObject({ type: 'files.delivered' })
    expect(result.stderr).toBe('')
  })

  it('cut with -L has exactly that many frames', async () => {
    const folder = tempFolder()
    const result = await cli(command(folder, '-L', '10', '--json'))
    const rendered = result.events().find((event) => event.type === 'job.finished' && event.step === 'render')
    expect(JSON.stringify(rendered)).toContain('"frames":10')
  })

  it('takes flags from a YAML file, and the command line wins', async () => {
    const folder = tempFolder()
    const { writeFileSync } = await import('node:fs')
    const config = path.join(folder, 'c.yaml')
    writeFileSync(config, 'seed: 5\nL: 4\ninference_steps: 20\npretrained_vae_path: ./x\n')
    const result = await cli([...command(folder, '--json', '-c', config), '--seed', '6'])
    expect(result.code).toBe(0)
    const { readWorkflow } = await import('../../nodes/lib/media/workflow-tag')
    const delivered = result.events().at(-1) as { paths: string[] }
    const workflow = (await readWorkflow(delivered.paths[0])) as { nodes: Record<string, { params: object }> }
    expect(workflow.nodes.gestures.params).toMatchObject({ seed: 6 })
    expect(workflow.nodes.cut.params).toMatchObject({ end: 4 })
    expect(result.stdout).toContain('not used here: pretrained_vae_path')
    expect(result.stdout).toContain('--steps: applies to --renderer diffusion')
  })

  it('stops at Ctrl-C with 130 and leaves nothing half-written; the next call goes on', async () => {
    const folder = tempFolder()
    const { child, done } = startCli(command(folder, '--json'))
    let seen = ''
    child.stdout!.on('data', (text) => {
      seen += text
    })
    await expect.poll(() => seen, { interval: 20 }).toContain('"job.finished","step":"gestures"'.slice(0, 20))
    child.kill('SIGINT')
    const result = await done
    expect(result.code).toBe(130)
    expect(result.events().some((event) => event.type === 'run.cancelled')).toBe(true)
    expect(existsSync(path.join(folder, 'out')) ? readdirSync(path.join(folder, 'out')) : []).toEqual([])
    const next = await cli(command(folder, '--json'))
    expect(next.code).toBe(0)
    expect(next.events().some((event) => event.type === 'job.cached')).toBe(true)
  })

  it('killed with -9 at any moment goes on from finished jobs to the same bytes', async () => {
    const expected = readFileSync(lastLine((await once()).stdout))
    const folder = tempFolder()
    for (const ms of [150, 400, 700, 1000, 1400]) {
      const { child, done } = startCli(command(folder))
      await sleep(ms)
      child.kill('SIGKILL')
      await done
    }
    const result = await cli(command(folder))
    expect(result.code).toBe(0)
    expect(readFileSync(lastLine(result.stdout)).equals(expected)).toBe(true)
  })

  it('runs twice at once on one data folder', async () => {
    const folder = tempFolder()
    const both = await Promise.all([
      cli(command(folder)),
      cli(command(folder, '--seed', '3', '--out_dir', path.join(folder, 'other'))),
    ])
    expect(both.map((result) => result.code)).toEqual([0, 0])
  })

  it('survives its worker being killed in the middle of a job', async () => {
    const folder = tempFolder()
    const { child, done } = startCli(command(folder, '--json'))
    let seen = ''
    child.stdout!.on('data', (text) => {
      seen += text
    })
    await expect.poll(() => seen, { interval: 20 }).toContain('"type":"job.started"')
    const { execFileSync } = await import('node:child_process')
    const worker = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)])
      .toString()
      .trim()
      .split('\n')[0]
    process.kill(Number(worker), 'SIGKILL')
    const result = await done
    expect(result.code).toBe(0)
    expect(result.events().some((event) => event.type === 'job.retried')).toBe(true)
  })
})

describe('the workflow inside a video', () => {
  it('runs again from the file, and a changed asset makes another video', async () => {
    const folder = tempFolder()
    const data = ['--data', path.join(whole, 'data')]
    const made = lastLine((await once()).stdout)
    const same = await cli(['run', made, ...data, '--out', path.join(folder, 'again')])
    expect(same.code).toBe(0)
    expect(readFileSync(lastLine(same.stdout)).equals(readFileSync(made))).toBe(true)
    const other = await cli([
      ...['run', made, ...data, '--out', path.join(folder, 'other'), '--json'],
      ...['--set', `portrait.asset=${path.join(examples, 'portrait-june.png')}`],
      ...['--set', `firstPose.asset=${path.join(examples, 'portrait-june.pose.json')}`],
      ...['--set', 'gestures.energy=1.5'],
    ])
    expect(other.code).toBe(0)
    const [file] = (other.events().at(-1) as { paths: string[] }).paths
    expect(statSync(file).size).toBeGreaterThan(1000)
    expect(readFileSync(file).equals(readFileSync(made))).toBe(false)
  })
})

describe('pose2vid', () => {
  it('renders a given motion', async () => {
    const folder = tempFolder()
    const { writeFileSync } = await import('node:fs')
    const first = JSON.parse(readFileSync(path.join(examples, 'portrait-mara.pose.json'), 'utf8'))
    const motion = path.join(folder, 'nod.json')
    const frame = (dy: number) =>
      first.frames[0].map(([x, y, score]: number[], i: number) => [x, i === 0 || i > 13 ? y + dy : y, score])
    writeFileSync(motion, JSON.stringify({ ...first, frames: [0, 2, 4, 2].map(frame) }))
    const result = await cli([
      ...['pose2vid', '--image_path', path.join(examples, 'portrait-mara.png'), '--pose_path', motion],
      ...[
        '--renderer',
        'warp',
        '--out_dir',
        path.join(folder, 'out'),
        '--data',
        path.join(folder, 'data'),
        ...SMALL,
      ],
    ])
    expect(result.code).toBe(0)
    expect(lastLine(result.stdout)).toBe(path.join(folder, 'out', 'portrait-mara_nod.mp4'))
  })
})

describe('shipped workflows', () => {
  const shipped = existsSync(examples)
    ? readdirSync(examples).filter((name) => name.endsWith('.workflow.json'))
    : []

  it('exist', () => {
    expect(shipped.length).toBeGreaterThanOrEqual(3)
  })

  const run = async (name: string) => {
    const places = ['--data', path.join(whole, 'data'), '--out', path.join(tempFolder(), 'out')]
    return cli(['run', path.join(examples, name), ...places])
  }
  const needsPack = (name: string) => name.startsWith('mmgt')

  it.each(shipped.filter((name) => !needsPack(name)))('%s runs as it is', async (name) => {
    const result = await run(name)
    expect(result.stderr).not.toContain('error')
    expect(result.code).toBe(0)
  })

  it.each(shipped.filter(needsPack))('%s says which pack it needs', async (name) => {
    const result = await run(name)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('of the model pack mmgt-official, which is not here')
    expect(result.stderr).toContain('mmgt models pull mmgt-official')
  })
})

it('figures of a motion arrive as a CSV file, and as data in the events of the run', async () => {
  const folder = tempFolder()
  const result = await cli([
    ...['run', path.join(examples, 'story.workflow.json'), '--target', 'measure', '--json'],
    ...['--out', path.join(folder, 'out'), '--data', path.join(folder, 'data')],
  ])
  expect(result.code).toBe(0)
  const file = path.join(folder, 'out', 'Story-edited-and-measured-measure.csv')
  const finished = result.events().find((event) => event.type === 'run.finished') as {
    tables: Record<string, { rows: { metric: string; region: string; value: number }[] }>
  }
  const { rows } = finished.tables.measure
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  expect(lines.length).toBe(rows.length + 1)
  const wanted = ['motion amount', 'mean speed', 'jitter', 'left–right balance', 'lips against level']
  for (const metric of [...wanted, 'beat alignment, motion to onsets', 'beat alignment, motion to onsets, z'])
    expect(rows.find((row) => row.metric === metric)?.value, metric).toBeTypeOf('number')
  expect(rows.some(({ metric }) => /^beat alignment.*low-passed at 5 Hz$/.test(metric))).toBe(true)
})
