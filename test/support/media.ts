import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { StudioError } from '../../nodes/core/errors'
import type { VideoValue } from '../../nodes/core/values'
import { BACKENDS, type BackendName } from '../../nodes/lib/media/codec-backend'
import { type EncodeVideoOptions, encodeVideo } from '../../nodes/lib/media/encode-video'
import { videoOf } from './node-context'

/** A folder that goes away with the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-media-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** A file of that content in a folder of its own. */
export function fileOf(bytes: Uint8Array | string, name = 'file.bin'): string {
  const file = path.join(tempFolder(), name)
  writeFileSync(file, bytes)
  return file
}

export const hasFfmpeg = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0

const hasNodeAv = await import('node-av/lib').then(
  () => true,
  () => false,
)

/** Whether a codec library is on this machine; tests of one that is not are skipped visibly. */
export const hasBackend = (name: BackendName): boolean => (name === 'ffmpeg' ? hasFfmpeg : hasNodeAv)

export const backends = BACKENDS.map((name) => ({ name, present: hasBackend(name) }))

export interface WavOptions {
  code?: number
  bits?: number
  sampleRate?: number
  channels?: number
  /** Bytes the `data` chunk claims, where that is not the truth. */
  claims?: number
  extensible?: boolean
  /** A chunk between `fmt ` and `data`. */
  extra?: Uint8Array
}

/** A WAV file around raw sample bytes. */
export function wavBytes(data: Uint8Array, options: WavOptions = {}): Uint8Array {
  const { code = 1, bits = 16, sampleRate = 48_000, channels = 1, extensible = false } = options
  const format = Buffer.alloc(extensible ? 40 : 16)
  format.writeUInt16LE(extensible ? 0xfffe : code, 0)
  format.writeUInt16LE(channels, 2)
  format.writeUInt32LE(sampleRate, 4)
  format.writeUInt32LE((sampleRate * channels * bits) / 8, 8)
  format.writeUInt16LE((channels * bits) / 8, 12)
  format.writeUInt16LE(bits, 14)
  if (extensible) {
    format.writeUInt16LE(22, 16)
    format.writeUInt16LE(bits, 18)
    format.writeUInt16LE(code, 24)
  }
  const chunk = (name: string, body: Uint8Array, claims = body.length) => {
    const head = Buffer.from(`${name}....`)
    head.writeUInt32LE(claims, 4)
    return Buffer.concat([head, body, Buffer.alloc(body.length & 1)])
  }
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    chunk('fmt ', format),
    options.extra ? chunk('note', options.extra) : Buffer.alloc(0),
    chunk('data', data, options.claims),
  ])
  return chunk('RIFF', body)
}

/** Little-endian bytes of samples. */
export const int16 = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer)
export const float32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

/** `frames` grey frames; `level` gives the brightness of each. */
export function greyVideo(
  frames: number,
  opts: { width?: number; height?: number; fps?: number; level?: (frame: number) => number } = {},
): VideoValue {
  const { width = 64, height = 64, fps = 25, level = (frame) => 40 + frame } = opts
  const made = Array.from({ length: frames }, (_, frame) =>
    new Uint8Array(width * height * 3).fill(level(frame)),
  )
  return videoOf(made, width, height, fps)
}

/** Encodes with the usual settings into a file of its own. */
export async function encode(video: VideoValue, options: Partial<EncodeVideoOptions> = {}) {
  const format = options.format ?? 'mp4'
  const file = options.file ?? path.join(tempFolder(), `video.${format}`)
  const usual = { file, format, quality: 18, speed: 'fast', gifFps: 12.5, gifWidth: 480 } as const
  const result = await encodeVideo(video, { ...usual, ...options })
  return { file, ...result }
}

/** The StudioError that a promise is rejected with; fails when it is fulfilled or throws anything else. */
export async function refusal(promise: Promise<unknown>): Promise<StudioError> {
  const error = await promise.then(
    (value) => new Error(`it was accepted: ${JSON.stringify(value)?.slice(0, 200)}`),
    (reason) => reason,
  )
  if (error instanceof StudioError) return error
  throw error
}

/** Time and mean brightness (0 … 255, studio range) of every frame of a video file. */
export async function readFrames(file: string): Promise<{ seconds: number; luma: number }[]> {
  const lib = await import('node-av/lib')
  const constants = await import('node-av/constants')
  const input = new lib.FormatContext()
  await input.openInput(file)
  await input.findStreamInfo()
  const { streamIndex, decoder } = input.findBestStream(constants.AVMEDIA_TYPE_VIDEO, -1, -1, true)
  const stream = input.streams[streamIndex]
  const context = new lib.CodecContext()
  context.allocContext3(decoder)
  context.parametersToContext(stream.codecpar)
  await context.open2(decoder)
  const [packet, frame] = [new lib.Packet(), new lib.Frame()]
  packet.alloc()
  frame.alloc()
  const found: { seconds: number; luma: number }[] = []
  const { num, den } = stream.timeBase
  for (let ended = false; !ended; ) {
    ended = (await input.readFrame(packet)) < 0
    if (!ended && packet.streamIndex !== streamIndex) continue
    await context.sendPacket(ended ? null : packet)
    while ((await context.receiveFrame(frame)) >= 0) {
      const { width, height, linesize } = frame
      const plane = (frame.data as Buffer[])[0]
      let sum = 0
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) sum += plane[y * linesize[0] + x]
      }
      found.push({ seconds: (Number(frame.bestEffortTimestamp) * num) / den, luma: sum / (width * height) })
    }
    packet.unref()
  }
  frame.free()
  packet.free()
  context.freeContext()
  await input.closeInput()
  return found
}
