/** The command line in a fresh process, measured from outside. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundle, root } from '../support/cli'

export interface Measured {
  seconds: number
  code: number | null
  events: Record<string, unknown>[]
  /** Largest resident memory of the command and its worker together, sampled every 50 ms. */
  peakMemoryMb: number
  /** Of that what no file is behind. */
  peakAnonymousMb: number
}

export const scratch = () => mkdtempSync(path.join(tmpdir(), 'mmgt-bench-'))

const NO_MEMORY = { all: 0, anonymous: 0 }

/** Of a process and all that it started. */
function residentMb(pid: number): typeof NO_MEMORY {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
    return children
      .map((child) => residentMb(Number(child)))
      .reduce((sum, { all, anonymous }) => ({ all: sum.all + all, anonymous: sum.anonymous + anonymous }), {
        all: read('VmRSS'),
        anonymous: read('RssAnon'),
      })
  } catch {
    return NO_MEMORY // gone, or a system without /proc
  }
}

export async function measure(args: string[], killAfterMs?: number): Promise<Measured> {
  const started = performance.now()
  const child = spawn(process.execPath, [bundle, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  const peak = { ...NO_MEMORY }
  child.stdout.on('data', (text) => {
    stdout += text
  })
  const sampler = setInterval(() => {
    const { all, anonymous } = residentMb(child.pid!)
    peak.all = Math.max(peak.all, all)
    peak.anonymous = Math.max(peak.anonymous, anonymous)
  }, 50)
  if (killAfterMs !== undefined) void sleep(killAfterMs).then(() => child.kill('SIGKILL'))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearInterval(sampler)
  const lines = stdout.split('\n').slice(0, -1) // a kill may cut the last line
  return {
    seconds: (performance.now() - started) / 1000,
    code,
    events: lines.map((line) => JSON.parse(line)),
    peakMemoryMb: peak.all,
    peakAnonymousMb: peak.anonymous,
  }
}

/** Repeats a 16-bit PCM wav to a length. */
export function longer(file: string, seconds: number, folder: string): string {
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
