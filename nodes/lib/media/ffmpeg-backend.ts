import { type ChildProcess, spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import type { AudioValue } from '../../core/values'
import {
  type AudioPiece,
  type CodecBackend,
  CodecError,
  codecOptions,
  type DecodedFrame,
  type DecodeRequest,
  type EncodePlan,
  encodedSampleRate,
  type FramesRequest,
  type VideoEncoder,
} from './codec-backend'
import { fpsRatio } from './fps-ratio'
import { pcmToFloat } from './pcm-samples'
import { parseWavHeader, type WavHeader } from './wav-header'

/** The program `ffmpeg` as a child process that is spoken to by pipes; null where it is not on the PATH. */
export async function ffmpegBackend(): Promise<CodecBackend | null> {
  const trial = spawn('ffmpeg', ['-hide_banner', '-version'], { stdio: 'ignore' })
  const found = await new Promise<boolean>((resolve) => {
    trial.on('error', () => resolve(false))
    trial.on('close', (status) => resolve(status === 0))
  })
  return found ? { name: 'ffmpeg', decodeAudio, decodeFrames, openEncoder: FfmpegEncoder.open } : null
}

const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error']

/** A running ffmpeg with what it complained about and how it ended. */
class Ffmpeg {
  private complaints = ''
  private readonly ended: Promise<number | null>

  constructor(readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (this.complaints.length < 8_192) this.complaints += text
    })
    // When ffmpeg ends early, pipes to it break; its exit status and its complaints say why.
    for (const pipe of child.stdio) pipe?.on('error', () => {})
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    this.ended.catch(() => {}) // awaited by `end`, which may come much later
  }

  /** First line on stderr, without the name and address of the part of ffmpeg that wrote it. */
  get complaint(): string | null {
    const line = this.complaints.split('\n').find((text) => text.trim() !== '')
    return line?.replace(/^\[[^\]]*\] /, '').trim() ?? null
  }

  /** @throws CodecError unless ffmpeg ended well */
  async end(): Promise<void> {
    const status = await this.ended
    if (status === 0) return
    const full = /No space left on device|Disk quota exceeded/.test(this.complaints) ? 'ENOSPC' : undefined
    throw new CodecError(this.complaint ?? `ffmpeg ended with status ${status}`, full)
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended.catch(() => {})
  }
}

// ---------------------------------------------------------------------------------------------- decoding

/** ffmpeg sends the sound as a WAV stream of 32-bit floats, whose header tells rate and channels. */
async function* decodeAudio({ file, demuxer, onDamage }: DecodeRequest): AsyncGenerator<AudioPiece> {
  const input = ['-protocol_whitelist', 'file,pipe', '-f', demuxer, '-i', `file:${file}`]
  const output = ['-map', '0:a:0', '-vn', '-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1']
  const ffmpeg = new Ffmpeg(
    spawn('ffmpeg', [...QUIET, ...input, ...output], { stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  let finished = false
  try {
    yield* wavStream(ffmpeg.child.stdout as Readable)
    await ffmpeg.end()
    finished = true
    if (ffmpeg.complaint) onDamage(ffmpeg.complaint)
  } finally {
    if (!finished) await ffmpeg.kill()
  }
}

async function* wavStream(stream: Readable): AsyncGenerator<AudioPiece> {
  let header: WavHeader | null = null
  let pending: Buffer = Buffer.alloc(0)
  for await (const bytes of stream) {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
    if (!header) {
      if (pending.length < 12) continue
      const parsed = parseWavHeader(pending, Number.MAX_SAFE_INTEGER)
      if (!parsed || 'needBytes' in parsed) continue
      header = parsed
      pending = pending.subarray(header.dataOffset)
    }
    const { channelCount, sampleRate } = header
    const frames = Math.floor(pending.length / (4 * channelCount))
    if (frames === 0) continue
    const channels = Array.from({ length: channelCount }, (_, channel) => {
      const samples = new Float32Array(frames)
      pcmToFloat(pending, 'f32', channel, channelCount, samples)
      return samples
    })
    pending = pending.subarray(frames * 4 * channelCount)
    yield { sampleRate, channels }
  }
}

/** ffmpeg sends bare pixels at the rate that is wanted, so that their times are known by counting. */
async function* decodeFrames(request: FramesRequest): AsyncGenerator<DecodedFrame> {
  const { file, demuxer, width, height, fps, startSeconds, maxPixels, onDamage } = request
  const { num, den } = fpsRatio(fps)
  const source = ['-max_pixels', String(maxPixels), '-noautorotate', '-ss', startSeconds.toFixed(6)]
  const input = ['-protocol_whitelist', 'file,pipe', '-f', demuxer, ...source, '-i', `file:${file}`]
  const filter = `fps=fps=${num}/${den}:start_time=0:round=near,scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int,format=rgb24`
  const output = ['-map', '0:v:0', '-an', '-vf', filter, '-f', 'rawvideo', 'pipe:1']
  const ffmpeg = new Ffmpeg(
    spawn('ffmpeg', [...QUIET, ...input, ...output], { stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  let finished = false
  try {
    let pixels = new Uint8Array(width * height * 3)
    let filled = 0
    let index = 0
    for await (const bytes of ffmpeg.child.stdout as Readable) {
      for (let at = 0; at < bytes.length; ) {
        const count = Math.min(bytes.length - at, pixels.length - filled)
        pixels.set(bytes.subarray(at, at + count), filled)
        at += count
        filled += count
        if (filled < pixels.length) continue
        yield { seconds: startSeconds + (index++ * den) / num, pixels }
        pixels = new Uint8Array(pixels.length)
        filled = 0
      }
    }
    await ffmpeg.end()
    finished = true
    if (ffmpeg.complaint) onDamage(ffmpeg.complaint)
  } finally {
    if (!finished) await ffmpeg.kill()
  }
}

// ---------------------------------------------------------------------------------------------- encoding

class FfmpegEncoder implements VideoEncoder {
  /** Whether ffmpeg took the last frame. */
  private sending: Promise<boolean> = Promise.resolve(true)

  private constructor(
    private readonly ffmpeg: Ffmpeg,
    private readonly tagFile: string | null,
  ) {}

  static async open(plan: EncodePlan): Promise<FfmpegEncoder> {
    // A file, because 5 MB do not fit into an argument.
    const tagFile = plan.workflowJson === undefined ? null : `${plan.file}.ffmetadata`
    if (tagFile) await writeFile(tagFile, `;FFMETADATA1\nworkflow=${escapeTag(plan.workflowJson ?? '')}\n`)
    const child = spawn('ffmpeg', encodeArguments(plan, tagFile), {
      stdio: ['pipe', 'ignore', 'pipe', plan.audio ? 'pipe' : 'ignore'],
    })
    const ffmpeg = new Ffmpeg(child)
    // Runs beside the frames, at ffmpeg's pace; when ffmpeg ends early, `end` says why.
    if (plan.audio) void sendSound(child.stdio[3] as Writable, plan.audio)
    return new FfmpegEncoder(ffmpeg, tagFile)
  }

  /** Waits for the frame before, so that one is in the pipe while the next is prepared. */
  async write(frame: Uint8Array): Promise<void> {
    const accepted = await this.sending
    if (!accepted) {
      await this.finish()
      throw new CodecError('ffmpeg ended before all frames were written')
    }
    // A copy, because the pipe is drained later and pixels may lie on shared memory.
    this.sending = send(this.ffmpeg.child.stdin as Writable, Buffer.from(frame))
  }

  async finish(): Promise<void> {
    try {
      this.ffmpeg.child.stdin?.end()
      await this.ffmpeg.end()
    } finally {
      await this.clean()
    }
  }

  async cancel(): Promise<void> {
    await this.ffmpeg.kill()
    await this.clean()
  }

  private async clean(): Promise<void> {
    if (this.tagFile) await rm(this.tagFile, { force: true })
  }
}

function encodeArguments(plan: EncodePlan, tagFile: string | null): string[] {
  const { video, audio } = codecOptions(plan)
  const size = `${plan.width}x${plan.height}`
  const rate = `${plan.fps.num}/${plan.fps.den}`
  const inputs = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', size, '-framerate', rate, '-i', 'pipe:0']
  const maps = ['-map', '0:v']
  if (plan.audio) {
    const { channels, sampleRate } = plan.audio
    inputs.push('-f', 'f32le', '-ar', String(sampleRate), '-ac', String(channels.length), '-i', 'pipe:3')
    maps.push('-map', '1:a')
  }
  if (tagFile) {
    inputs.push('-f', 'ffmetadata', '-i', `file:${tagFile}`)
    maps.push('-map_metadata', plan.audio ? '2' : '1')
  }
  const colours = [
    '-colorspace',
    'bt709',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
    '-color_range',
    'tv',
  ]
  const picture = [
    ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd,format=yuv420p'],
    ...['-c:v', video.codec, '-threads', String(video.threads)],
    ...Object.entries(video.options).flatMap(([name, value]) => [`-${name}:v`, value]),
    ...colours,
  ]
  const sound = plan.audio
    ? [
        ...['-c:a', audio.codec, '-b:a', String(audio.bitRatePerChannel * plan.audio.channels.length)],
        ...['-ar', String(encodedSampleRate(plan.container, plan.audio.sampleRate)), '-flags:a', '+bitexact'],
      ]
    : []
  const container = plan.container === 'mp4' ? ['-movflags', '+faststart+use_metadata_tags'] : []
  // `bitexact`: no random ids, no dates.
  const file = ['-fflags', '+bitexact', '-f', plan.container, '-y', `file:${plan.file}`]
  return [
    '-hide_banner',
    '-loglevel',
    'error',
    ...inputs,
    ...maps,
    ...picture,
    ...sound,
    ...container,
    ...file,
  ]
}

/** ffmpeg's metadata files give these characters a meaning. */
const escapeTag = (text: string): string => text.replace(/[=;#\\\n]/g, '\\$&')

/** Samples sent to ffmpeg at once. */
const SOUND_BLOCK = 16_384

async function sendSound(pipe: Writable, { channels }: AudioValue): Promise<void> {
  const length = channels[0].length
  for (let start = 0; start < length; start += SOUND_BLOCK) {
    const count = Math.min(SOUND_BLOCK, length - start)
    const block = new Float32Array(count * channels.length)
    channels.forEach((channel, c) => {
      for (let i = 0; i < count; i++) block[i * channels.length + c] = channel[start + i]
    })
    if (!(await send(pipe, Buffer.from(block.buffer)))) return
  }
  pipe.end()
}

/** @returns whether the bytes have gone into the pipe; false when its other end is closed */
const send = (pipe: Writable, bytes: Buffer): Promise<boolean> =>
  new Promise((resolve) => pipe.write(bytes, (error) => resolve(!error)))
