import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { controlReview } from '../../nodes/control/review'
import { poseSmooth } from '../../nodes/pose/smooth'
import { bundle, cli, examples } from '../support/cli'
import { tempFolder, workflow } from '../support/engine'

/** The pose of the shipped portrait, looked at before it goes on. */
function prepared() {
  const folder = tempFolder()
  const hello = JSON.parse(readFileSync(path.join(examples, 'hello.workflow.json'), 'utf8'))
  const { document } = workflow()
    .with({ name: 'Looked at', nodes: { firstPose: hello.nodes.firstPose } })
    .node('look', controlReview)
    .node('smooth', poseSmooth)
    .link('firstPose.pose', 'look.value')
    .link('look.value', 'smooth.pose')
  const file = path.join(folder, 'w.json')
  writeFileSync(file, JSON.stringify(document))
  const args = ['run', file, '--data', path.join(folder, 'data'), '--out', path.join(folder, 'out')]
  return { folder, file, args, preview: path.join(folder, 'out', 'Looked-at-look.png') }
}

it('a review without anybody to ask ends the command with what to do, and shows the value', async () => {
  const { args, preview } = prepared()
  const first = await cli(args)
  expect(first.code).toBe(1)
  expect(first.stderr).toContain('error: The run waits for somebody to approve control/review (look).')
  expect(first.stderr).toContain('Run it again with --approve look, or with --approve for all')
  expect(first.stderr).toContain(preview)
  expect(existsSync(preview)).toBe(true)

  const json = await cli([...args, '--json'])
  expect(json.code).toBe(1)
  const events = json.events()
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['job.asked', 'run.waiting', 'error']),
  )
  expect(events.at(-1)).toMatchObject({ error: { code: 'run/waiting' } })

  const approved = await cli([...args, '--approve', 'look'])
  expect(approved.stderr).toContain('approved')
  expect(approved.code).toBe(0)
  expect((await cli(args)).code).toBe(0) // the value is known now
})

it('--approve alone approves every review, wherever it stands', async () => {
  const { args } = prepared()
  const [run, file, ...rest] = args
  expect((await cli([run, '--approve', file, ...rest])).code).toBe(0)
  expect((await cli([...prepared().args, '--approve'])).code).toBe(0)
})

it('--approve of what is no review is wrong usage, and names those there are', async () => {
  const { args } = prepared()
  const result = await cli([...args, '--approve', 'smooth'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('"smooth" is no review')
  expect(result.stderr).toContain('The workflow has look.')
})

const hasScript = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
})()

it.skipIf(!hasScript).each([
  ['y', 0, 'Finished in'],
  ['what\nno', 1, 'Review (look) was not approved.'],
])(
  'in a terminal it asks, and takes %j for an answer',
  async (answer, code, says) => {
    const { args, folder } = prepared()
    const command = [process.execPath, bundle, ...args].map((word) => `'${word}'`).join(' ')
    const child = spawn('script', ['-qec', command, path.join(folder, 'typescript')], { stdio: 'pipe' })
    let shown = ''
    let answers = answer.split('\n')
    child.stdout.on('data', (text) => {
      shown += text
      if (
        answers.length > 0 &&
        shown.split('(y/n)').length > answer.split('\n').length - answers.length + 1
      ) {
        child.stdin.write(`${answers[0]}\n`)
        answers = answers.slice(1)
      }
    })
    const ended = await new Promise((resolve) => child.once('close', resolve))
    expect(shown).toContain('Approve Review (look)? (y/n)')
    expect(shown).toContain(says)
    expect(ended).toBe(code)
  },
  60_000,
)
