import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')
export const examples = path.join(root, 'nodes/examples')
export const bundle = path.join(root, 'dist/mmgt.js')

export interface CliResult {
  code: number | null
  stdout: string
  stderr: string
  /** Lines of stdout parsed as JSON, for `--json`. */
  events(): Record<string, unknown>[]
}

/** Starts the command line as its users do. */
export function startCli(
  args: string[],
  opts: { cwd?: string; env?: Record<string, string> } = {},
): { child: ChildProcess; done: Promise<CliResult> } {
  const child = spawn(process.execPath, [bundle, ...args], {
    cwd: opts.cwd ?? root,
    env: { ...process.env, ...opts.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (text) => {
    stdout += text
  })
  child.stderr!.on('data', (text) => {
    stderr += text
  })
  const done = new Promise<CliResult>((resolve) => {
    child.on('close', (code) => {
      const events = () =>
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>)
      resolve({ code, stdout, stderr, events })
    })
  })
  return { child, done }
}

export const cli = (args: string[], opts?: Parameters<typeof startCli>[1]): Promise<CliResult> =>
  startCli(args, opts).done
