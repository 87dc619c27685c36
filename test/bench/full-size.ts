import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type DeviceName, discoverDevices } from '../../models/runtime/devices'
import { NETWORK_ENVIRONMENT } from '../../models/runtime/process-memory'

export interface FullSizeOptions {
  device: DeviceName
  /** Of a window. */
  frames: number
  /** Of the latents, along a side. */
  side: number
  dtype: 'float32' | 'float16'
  /** After the first. */
  runs: number
}

/** What one process measured. */
export interface FullSizeFigures {
  /** Both graphs, checked and as ONNX. */
  buildSeconds: number
  /** What the process took more when they were built than before, at most. */
  buildMegabytes: number
  openSeconds: number
  openGigabytes: number
  /** Median of the runs after the first, or that where there are no others. */
  callMs: number
  /** The most that the process took; of Linux, how much of that it held, and how much was pages of files. */
  peakGigabytes: number
  peakHeldGigabytes?: number
  peakFileGigabytes?: number
  teraFlops: number
}

/** An H200 at 100 %, as `reference/cost.md` counts: 31.6 TFLOP in 40 ms. */
const BOUND_TERAFLOPS_PER_SECOND = 790

/**
 * The denoising UNet at full size (1.4 G parameters, weights of zeros in a file with holes) in a process of its own: a whole
 * window, on a GPU in float16, on a CPU in float32, which takes it minutes.
 */
export async function benchFullSize(device: DeviceName): Promise<object[]> {
  const report = (await discoverDevices()).find(({ name }) => name === device)!
  if (!report.available) {
    console.log(`  ${device} is not available here: ${report.reason} ${report.hint}`)
    return []
  }
  const size = { frames: 12, side: 64, runs: device === 'cpu' ? 0 : 10 }
  const options: FullSizeOptions = { device, ...size, dtype: device === 'cpu' ? 'float32' : 'float16' }
  const figures = await inProcess(options)
  const boundMs = (1000 * figures.teraFlops) / BOUND_TERAFLOPS_PER_SECOND
  return [{ ...options, ...figures, 'call / bound of an H200': figures.callMs / boundMs }]
}

function inProcess(options: FullSizeOptions): Promise<FullSizeFigures> {
  const child = fork(path.join(import.meta.dirname, 'full-size-process.ts'), [JSON.stringify(options)], {
    execArgv: process.execArgv,
    env: { ...NETWORK_ENVIRONMENT, ...process.env },
  })
  const peaks = watchMemory(child)
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve({ ...(figures as FullSizeFigures), ...peaks }))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The process with the network ended with ${code}.`)))
  })
}

/** The most so far, kept up to date: a process that is inside a run cannot look at itself. */
function watchMemory(child: ChildProcess): Pick<FullSizeFigures, 'peakHeldGigabytes' | 'peakFileGigabytes'> {
  const peaks: Pick<FullSizeFigures, 'peakHeldGigabytes' | 'peakFileGigabytes'> = {}
  const status = `/proc/${child.pid}/status`
  const watching = setInterval(() => {
    if (!existsSync(status)) return
    const text = readFileSync(status, 'utf8')
    const now = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) / (1e9 / 1024)
    peaks.peakHeldGigabytes = Math.max(peaks.peakHeldGigabytes ?? 0, now('RssAnon'))
    peaks.peakFileGigabytes = Math.max(peaks.peakFileGigabytes ?? 0, now('RssFile'))
  }, 50)
  child.once('exit', () => clearInterval(watching))
  return peaks
}
