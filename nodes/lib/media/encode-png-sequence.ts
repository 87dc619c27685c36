import type { CancelSignal } from '../../core/define-node'
import type { AudioValue, VideoValue } from '../../core/values'
import { floatWav } from './float-wav'
import { frameStream } from './frame-stream'
import { WORKFLOW_ENTRY } from './workflow-tag'
import { ZipWriter } from './zip-writer'

export interface PngSequencePlan {
  file: string
  /** Goes into the archive as `audio.wav`, 32-bit float. */
  audio?: AudioValue
  workflowJson?: string
  signal?: CancelSignal
  onProgress?(fraction: number): void
}

/** Frames compressed at the same time. */
const IN_FLIGHT = 4

/**
 * Writes every frame, lossless, as `frame-000001.png` … into a zip archive, with `video.json` (frame rate, size, number
 * of frames), the sound and the workflow beside them.
 */
export async function encodePngSequence(video: VideoValue, plan: PngSequencePlan): Promise<void> {
  const { default: sharp } = await import('sharp')
  const { width, height, fps, frames } = video
  const zip = await ZipWriter.create(plan.file)
  try {
    await zip.add('video.json', new TextEncoder().encode(JSON.stringify({ fps, frames, width, height })))
    if (plan.workflowJson !== undefined)
      await zip.add(WORKFLOW_ENTRY, new TextEncoder().encode(plan.workflowJson))
    if (plan.audio) await zip.addParts('audio.wav', floatWav(plan.audio))

    const waiting: Promise<Uint8Array>[] = []
    let done = 0
    const store = async (png: Promise<Uint8Array>) => {
      done++
      await zip.add(`frame-${String(done).padStart(6, '0')}.png`, await png)
      plan.onProgress?.(done / frames)
    }
    for await (const { frame } of frameStream(video, plan.signal)) {
      const raw = { width, height, channels: 3 as const }
      const png = sharp(Buffer.from(frame), { raw }).png({ compressionLevel: 6 }).toBuffer()
      png.catch(() => {}) // awaited in order below; an earlier failure must not leave this one unhandled
      if (waiting.push(png) >= IN_FLIGHT) await store(waiting.shift() as Promise<Uint8Array>)
    }
    for (const png of waiting) await store(png)
    await zip.finish()
  } catch (error) {
    await zip.cancel()
    throw error
  }
}
