/** The whole path as users take it: the command line in a fresh process. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundle, examples, root } from '../support/cli'

interface Measured {
  seconds: number
  code: number | null
  events: Record<string, unknown>[]
  /** Largest resident memory of the command and its worker together, sampled every 50 ms. */
  peakMemoryMb: number
}

export const scratch = () => mkdtempSync(path.join(tmpdir(), 'mmgt-bench-'))

function command(folder: string, audio: string): string[] {
  return [
    'audio2vid',
    ...['--image_path', path.join(examples, 'portrait-mara.png'), '--audio_path', audio],
    ...['--gestures', 'procedural', '--renderer', 'warp', '-W', '512', '-H', '512'],
    ...['--out_dir', path.join(folder, 'out'), '--data', path.join(folder, 'data'), '--json'],
  ]
}

function residentMb(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
    return own + children.reduce((sum, child) => sum + residentMb(Number(child)), 0)
  } catch {
    return 0 // gone, or a system without /proc
  }
}

export async function measure(args: string[], killAfterMs?: number): Promise<Measured> {
  const started = performance.now()
  const child = spawn(process.execPath, [bundle, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  let peakMemoryMb = 0
  child.stdout.on('data', (text) => {
    stdout += text
  })
  const sampler = setInterval(() => {
    peakMemoryMb = Math.max(peakMemoryMb, residentMb(child.pid!))
  }, 50)
  if (killAfterMs !== undefined) void sleep(killAfterMs).then(() => child.kill('SIGKILL'))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearInterval(sampler)
  const lines = stdout.split('\n').slice(0, -1) // a kill may cut the last line
  return {
    seconds: (performance.now() - started) / 1000,
    code,
    events: lines.map((line) => JSON.parse(line)),
    peakMemoryMb,
  }
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

/** Repeats a 16-bit PCM wav to a length. */
function longer(file: string, seconds: number, folder: string): string {
  const wav = readFileSync(file)
  const dataAt = wav.indexOf('data') + 8
  const rate = wav.readUInt32LE(28)
  const sound = wav.subarray(dataAt)
  const bytes = Math.round(seconds * rate)
  const body = Buffer.concat(Array(Math.ceil(bytes / sound.length)).fill(sound)).subarray(0, bytes & ~1)
  const head = Buffer.from(wav.subarray(0, dataAt))
  head.writeUInt32LE(dataAt - 8 + body.length, 4)
  head.writeUInt32LE(body.length, dataAt - 4)
  const target = path.join(folder, `speech-${seconds}s.wav`)
  writeFileSync(target, Buffer.concat([head, body]))
  return target
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
