import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'

export interface LiveProcess {
  port: number
  child: ChildProcess
  ask<T>(message: object): Promise<T>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
}

/** Starts `live-process.ts` and waits until it listens. */
export async function spawnLive(folder: string, bundles: string, port = 0): Promise<LiveProcess> {
  const child = fork(path.join(import.meta.dirname, 'live-process.ts'), [folder, bundles, String(port)], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let stderr = ''
  child.stderr!.on('data', (text) => {
    stderr += text
  })
  const next = <T>() =>
    new Promise<T>((resolve, reject) => {
      const onExit = () => reject(new Error(`the live process ended: ${stderr.slice(-2000)}`))
      child.once('exit', onExit)
      child.once('message', (message) => {
        child.off('exit', onExit)
        resolve(message as T)
      })
    })
  const ready = await next<{ port: number }>()
  return {
    child,
    port: ready.port,
    ask: (message) => {
      child.send(message)
      return next()
    },
    kill: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit')
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
