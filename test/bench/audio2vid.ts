/** The whole path as users take it: the command line in a fresh process. */
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { examples } from '../support/cli'
import { longer, measure, scratch } from './command'

function command(folder: string, audio: string): string[] {
  return [
    'audio2vid',
    ...['--image_path', path.join(examples, 'portrait-mara.png'), '--audio_path', audio],
    ...['--gestures', 'procedural', '--renderer', 'warp', '-W', '512', '-H', '512'],
    ...['--out_dir', path.join(folder, 'out'), '--data', path.join(folder, 'data'), '--json'],
  ]
}

const hello = path.join(examples, 'speech-hello.wav')

/** First run, and the same again: total, and seconds per node as the engine saw them. */
export async function benchAudio2vid(): Promise<object[]> {
  const rows: object[] = []
  for (let round = 0; round < 3; round++) {
    const folder = scratch()
    const first = await measure(command(folder, hello))
    const again = await measure(command(folder, hello))
    const jobs = first.events.filter((event) => event.type === 'job.finished')
    rows.push({
      run: `fresh ${round + 1}`,
      seconds: first.seconds,
      peakMemoryMb: first.peakMemoryMb,
      perNode: jobs.map((job) => `${job.step} ${(job.seconds as number).toFixed(2)}`).join(', '),
    })
    rows.push({
      run: `cached ${round + 1}`,
      seconds: again.seconds,
      peakMemoryMb: again.peakMemoryMb,
      perNode: '',
    })
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

export async function benchLength(): Promise<object[]> {
  const folder = scratch()
  const story = path.join(examples, 'speech-story.wav')
  const rows: object[] = []
  for (const seconds of [10, 60]) {
    const result = await measure(command(path.join(folder, `${seconds}`), longer(story, seconds, folder)))
    rows.push({
      speech: `${seconds} s`,
      seconds: result.seconds,
      peakMemoryMb: result.peakMemoryMb,
      exit: result.code,
    })
  }
  rmSync(folder, { recursive: true, force: true })
  return rows
}

/** Kills a run at a random moment of its usual length, runs it again and compares the bytes of the video. */
export async function benchKills(times: number): Promise<object[]> {
  const reference = scratch()
  const whole = await measure(command(reference, hello))
  const name = 'portrait-mara_speech-hello.mp4'
  const expected = readFileSync(path.join(reference, 'out', name))
  let killed = 0
  let resumed = 0
  let equal = 0
  let cachedSteps = 0
  for (let i = 0; i < times; i++) {
    const folder = scratch()
    const first = await measure(command(folder, hello), Math.random() * whole.seconds * 1000)
    if (first.code === null) killed++
    const second = await measure(command(folder, hello))
    if (second.code === 0) resumed++
    if (readFileSync(path.join(folder, 'out', name)).equals(expected)) equal++
    cachedSteps += second.events.filter((event) => event.type === 'job.cached').length
    rmSync(folder, { recursive: true, force: true })
  }
  rmSync(reference, { recursive: true, force: true })
  return [
    { runs: times, killed, finishedAfterwards: resumed, bytesEqual: equal, stepsFromBefore: cachedSteps },
  ]
}
