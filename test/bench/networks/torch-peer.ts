import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'

const PYTHONS = ['/usr/bin/python3', 'python3']

/** A Python that has PyTorch, or undefined. */
export const pythonWithTorch = (): string | undefined =>
  PYTHONS.find((python) => {
    try {
      execFileSync(python, ['-c', 'import torch, numpy'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })

export interface PeerOptions {
  python: string
  /** Name of the file beside `peer.py`. */
  network: string
  config: object
  threads: number
  /** Of weights and inputs, and where the output goes. */
  files: { weights: string; inputs: string; output: string }
}

/** A process in which eager PyTorch runs one network, as often as it is asked to. */
export class TorchPeer {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #output: string

  private constructor({ python, network, config, threads, files }: PeerOptions) {
    const script = path.join(import.meta.dirname, 'peer.py')
    const args = [network, files.weights, files.inputs, files.output, JSON.stringify(config), String(threads)]
    this.#process = spawn(python, ['-B', script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]()
    this.#output = files.output
  }

  /** When it is there, it has run once. */
  static async start(options: PeerOptions): Promise<TorchPeer> {
    const peer = new TorchPeer(options)
    const { torch, blas, threads } = await peer.#answer()
    if (blas === 'reference' || threads !== options.threads) {
      await peer.close()
      throw new Error(
        `PyTorch ${torch} multiplies with the ${blas} BLAS on ${threads} threads, which is no fair peer: ` +
          'apt-get install libopenblas0-openmp',
      )
    }
    return peer
  }

  /** Milliseconds of one more run. */
  async run(): Promise<number> {
    this.#process.stdin!.write('\n')
    return Number((await this.#answer())['ms'])
  }

  output(): Float32Array {
    const { buffer, byteOffset, byteLength } = readFileSync(this.#output)
    return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('close', resolve))
    this.#process.stdin!.end()
    await closed
  }

  async #answer(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('PyTorch ended without an answer; its complaint is above.')
    return JSON.parse(value)
  }
}
