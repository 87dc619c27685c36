/** Both stages of MMGT through the tiny pack: what each node costs, and what runs again after a change. */
import { rmSync } from 'node:fs'
import path from 'node:path'
import { examples } from '../support/cli'
import { writeTinyPack } from '../support/tiny-pack/tiny-pack'
import { longer, type Measured, measure, scratch } from './command'

const jobsOf = ({ events }: Measured) => events.filter((event) => event.type === 'job.finished')

function command(folder: string, audio: string, steps = 2): string[] {
  return [
    'audio2vid',
    ...['--image_path', path.join(examples, 'portrait-mara.png'), '--audio_path', audio],
    ...['--pack', path.join(folder, 'pack'), '-W', '64', '-H', '64', '--steps', `${steps}`, '--json'],
    ...['--out_dir', path.join(folder, 'out'), '--data', path.join(folder, 'data')],
  ]
}

/** Seconds of each node for 3.2 s of speech, then which run again when a param of the masks changes. */
export async function benchMmgt(): Promise<object[]> {
  const folder = scratch()
  writeTinyPack(path.join(folder, 'pack'))
  const hello = path.join(examples, 'speech-hello.wav')
  const first = await measure(command(folder, hello))
  const result = path.join(folder, 'out', 'portrait-mara_speech-hello.mp4')
  const changed = await measure([
    ...['run', result, '--set', 'masks.padding=8', '--json'],
    ...['--out', path.join(folder, 'out'), '--data', path.join(folder, 'data')],
  ])
  const perNode = (run: Measured) =>
    jobsOf(run)
      .map((job) => `${job.step} ${(job.seconds as number).toFixed(2)}`)
      .join(', ')
  const row = (name: string, run: Measured) => ({
    run: name,
    seconds: run.seconds,
    peakMemoryMb: run.peakMemoryMb,
    perNode: perNode(run),
  })
  const rows: object[] = [row('3.2 s', first), row('another padding of the masks', changed)]
  rmSync(folder, { recursive: true, force: true })
  return rows
}

/** Whether memory grows with the sound: whole runs, nothing known before, each length in a folder of its own. */
export async function benchMmgtLength(): Promise<object[]> {
  const rows: object[] = []
  for (const seconds of [10, 30, 60, 120]) {
    const folder = scratch()
    writeTinyPack(path.join(folder, 'pack'))
    const story = longer(path.join(examples, 'speech-story.wav'), seconds, folder)
    const run = await measure(command(folder, story, 1))
    rows.push({
      speech: `${seconds} s`,
      seconds: run.seconds,
      peakMemoryMb: run.peakMemoryMb,
      peakAnonymousMb: run.peakAnonymousMb,
      exit: run.code,
    })
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}
