import type { AVPixelFormat } from 'node-av/constants'
import type { Codec, CodecContext, FormatContext, Frame, Packet, Stream } from 'node-av/lib'
import {
  type AudioPiece,
  type CodecBackend,
  CodecError,
  codecOptions,
  type DecodeRequest,
  type EncodePlan,
  encodedSampleRate,
  type VideoEncoder,
} from './codec-backend'
import { type PcmEncoding, pcmToFloat } from './pcm-samples'

export type Lib = typeof import('node-av/lib') & typeof import('node-av/constants')

/** FFmpeg's libraries inside this process, through the optional npm package node-av; null where it is not installed. */
export async function nodeAvBackend(): Promise<CodecBackend | null> {
  let lib: Lib
  try {
    lib = { ...(await import('node-av/lib')), ...(await import('node-av/constants')) }
  } catch {
    return null // not installed, or no binary for this platform: the caller says what to do
  }
  lib.Log.setLevel(lib.AV_LOG_QUIET) // what goes wrong arrives as return codes
  return {
    name: 'node-av',
    decodeAudio: (request) => decodeAudio(lib, request),
    decodeFrames: async function* (request) {
      yield* (await import('./node-av-frames')).decodeFrames(lib, request)
    },
    openEncoder: (plan) => NodeAvEncoder.open(lib, plan),
  }
}

/** @throws CodecError when a library call returned an error */
export function check(lib: Lib, result: number, doing: string): number {
  if (result >= 0) return result
  const error = lib.FFmpegError.fromCode(result)
  const full = result === lib.AVERROR_ENOSPC ? 'ENOSPC' : undefined
  throw new CodecError(`${doing}: ${error?.message ?? `error ${result}`}`, full)
}

// ---------------------------------------------------------------------------------------------- decoding

/** Frames decoded between two turns of the event loop: about 2 ms of work, 2 s of sound. */
const FRAMES_PER_TURN = 96

async function* decodeAudio(
  lib: Lib,
  { file, demuxer, onDamage }: DecodeRequest,
): AsyncGenerator<AudioPiece> {
  const input = new lib.FormatContext()
  const decoder = new lib.CodecContext()
  const packet = new lib.Packet()
  const frame = new lib.Frame()
  try {
    const format = lib.InputFormat.findInputFormat(demuxer)
    const onlyFiles = lib.Dictionary.fromObject({ protocol_whitelist: 'file' })
    check(lib, await input.openInput(`file:${file}`, format, onlyFiles), 'opening')
    check(lib, await input.findStreamInfo(), 'looking for streams')
    const best = input.findBestStream(lib.AVMEDIA_TYPE_AUDIO, -1, -1, true)
    if (best.streamIndex < 0 || !best.decoder) throw new CodecError('no sound track')
    await openDecoder(lib, decoder, best.decoder, input.streams[best.streamIndex])
    for (const stream of input.streams)
      if (stream.index !== best.streamIndex) stream.discard = lib.AVDISCARD_ALL

    packet.alloc()
    frame.alloc()
    let sinceTurn = 0
    for (let ended = false; !ended; ) {
      ended = feedDecoder(lib, input, decoder, packet, best.streamIndex, onDamage)
      let received = decoder.receiveFrameSync(frame)
      for (; received >= 0; received = decoder.receiveFrameSync(frame)) {
        const piece = pieceOf(lib, frame)
        frame.unref()
        yield piece
        if (++sinceTurn >= FRAMES_PER_TURN) {
          sinceTurn = 0
          await new Promise(setImmediate)
        }
      }
      if (received !== lib.AVERROR_EAGAIN && received !== lib.AVERROR_EOF) {
        onDamage(lib.FFmpegError.strerror(received))
      }
    }
  } finally {
    frame.free()
    packet.free()
    decoder.freeContext()
    await input.closeInput()
  }
}

async function openDecoder(lib: Lib, decoder: CodecContext, codec: Codec, stream: Stream): Promise<void> {
  decoder.allocContext3(codec)
  check(lib, decoder.parametersToContext(stream.codecpar), 'reading the parameters of the sound track')
  decoder.pktTimebase = stream.timeBase // lets the decoder drop the encoder's priming samples
  check(lib, await decoder.open2(codec), 'opening the decoder')
}

/** Hands one packet of the track to the decoder. @returns whether the file has ended */
export function feedDecoder(
  lib: Lib,
  input: FormatContext,
  decoder: CodecContext,
  packet: Packet,
  streamIndex: number,
  onDamage: (message: string) => void,
): boolean {
  const read = input.readFrameSync(packet)
  if (read < 0) {
    if (read !== lib.AVERROR_EOF) onDamage(lib.FFmpegError.strerror(read))
    decoder.sendPacketSync(null)
    return true
  }
  if (packet.streamIndex === streamIndex) {
    const sent = decoder.sendPacketSync(packet)
    if (sent < 0) onDamage(lib.FFmpegError.strerror(sent))
  }
  packet.unref()
  return false
}

function pieceOf(lib: Lib, frame: Frame): AudioPiece {
  const layout = sampleLayout(lib, frame)
  const planes = frame.extendedData ?? frame.data
  if (!layout || !planes) throw new CodecError(`samples of format ${frame.format} are not known here`)
  const channels = Array.from({ length: frame.channels }, (_, channel) => {
    const samples = new Float32Array(frame.nbSamples)
    if (layout.planar) pcmToFloat(planes[channel], layout.encoding, 0, 1, samples)
    else pcmToFloat(planes[0], layout.encoding, channel, frame.channels, samples)
    return samples
  })
  return { sampleRate: frame.sampleRate, channels }
}

function sampleLayout(lib: Lib, frame: Frame): { encoding: PcmEncoding; planar: boolean } | null {
  switch (frame.format) {
    case lib.AV_SAMPLE_FMT_U8:
      return { encoding: 'u8', planar: false }
    case lib.AV_SAMPLE_FMT_S16:
      return { encoding: 's16', planar: false }
    case lib.AV_SAMPLE_FMT_S32:
      return { encoding: 's32', planar: false }
    case lib.AV_SAMPLE_FMT_FLT:
      return { encoding: 'f32', planar: false }
    case lib.AV_SAMPLE_FMT_DBL:
      return { encoding: 'f64', planar: false }
    case lib.AV_SAMPLE_FMT_U8P:
      return { encoding: 'u8', planar: true }
    case lib.AV_SAMPLE_FMT_S16P:
      return { encoding: 's16', planar: true }
    case lib.AV_SAMPLE_FMT_S32P:
      return { encoding: 's32', planar: true }
    case lib.AV_SAMPLE_FMT_FLTP:
      return { encoding: 'f32', planar: true }
    case lib.AV_SAMPLE_FMT_DBLP:
      return { encoding: 'f64', planar: true }
    default:
      return null
  }
}

// ---------------------------------------------------------------------------------------------- encoding

interface Track {
  context: CodecContext
  stream: Stream
}

class NodeAvEncoder implements VideoEncoder {
  private readonly scaler
  private readonly packet: Packet
  private readonly rgb: Frame
  /**
   * Memory of `rgb` itself. (`fromBuffer` says it copies, but makes a frame refer to ours: that may be collected, and the
   * converter rounds otherwise where memory lies otherwise.)
   */
  private readonly pixels: Buffer
  private readonly yuv: Frame
  private written = 0

  private constructor(
    private readonly lib: Lib,
    private readonly plan: EncodePlan,
    private readonly output: FormatContext,
    private readonly video: Track,
    private readonly sound: SoundTrack | null,
  ) {
    this.scaler = new lib.SoftwareScaleContext()
    this.scaler.allocContext() // sizes, formats and colour spaces then come from the frames
    this.scaler.setOption('sws_flags', 'bicubic+accurate_rnd')
    this.packet = new lib.Packet()
    this.packet.alloc()
    this.rgb = videoFrame(lib, plan, lib.AV_PIX_FMT_RGB24)
    this.pixels = (this.rgb.data as Buffer[])[0]
    this.yuv = videoFrame(lib, plan, lib.AV_PIX_FMT_YUV420P)
    this.yuv.colorSpace = lib.AVCOL_SPC_BT709
    this.yuv.colorRange = lib.AVCOL_RANGE_MPEG
    this.yuv.colorPrimaries = lib.AVCOL_PRI_BT709
    this.yuv.colorTrc = lib.AVCOL_TRC_BT709
  }

  static async open(lib: Lib, plan: EncodePlan): Promise<NodeAvEncoder> {
    const output = new lib.FormatContext()
    check(lib, output.allocOutputContext2(null, plan.container, plan.file), 'choosing the file format')
    output.setFlags(lib.AVFMT_FLAG_BITEXACT) // no random ids, no dates: same input, same bytes
    const video = await openVideo(lib, output, plan)
    const sound = plan.audio ? await SoundTrack.open(lib, output, plan) : null
    if (plan.workflowJson !== undefined) {
      output.metadata = lib.Dictionary.fromObject({ workflow: plan.workflowJson })
    }
    check(lib, await output.openOutput(), 'creating the file')
    const encoder = new NodeAvEncoder(lib, plan, output, video, sound)
    try {
      const options = plan.container === 'mp4' ? { movflags: '+faststart+use_metadata_tags' } : {}
      check(lib, await output.writeHeader(lib.Dictionary.fromObject(options)), 'writing the file header')
    } catch (error) {
      await encoder.cancel()
      throw error
    }
    return encoder
  }

  /** Not a step of it waits: x264 works in threads of its own, and each turn of a busy event loop would cost a frame's time. */
  async write(rgb: Uint8Array): Promise<void> {
    const yuv = this.convert(rgb)
    const frame = Number(yuv.pts)
    check(this.lib, this.video.context.sendFrameSync(yuv), 'encoding a frame')
    this.drainVideo()
    this.sound?.encodeUntil(((frame + 1) * this.plan.fps.den) / this.plan.fps.num)
  }

  async finish(): Promise<void> {
    try {
      await this.video.context.sendFrame(null)
      this.drainVideo()
      this.sound?.encodeUntil(Number.POSITIVE_INFINITY)
      check(this.lib, await this.output.writeTrailer(), 'completing the file')
    } finally {
      await this.release()
    }
  }

  async cancel(): Promise<void> {
    await this.release()
  }

  private async release(): Promise<void> {
    this.scaler.freeContext()
    this.packet.free()
    for (const frame of [this.rgb, this.yuv]) frame.free()
    this.sound?.free()
    this.video.context.freeContext()
    await this.output.closeOutput()
    this.output.freeContext()
  }

  /** RGB → YUV 4:2:0, BT.709, limited range. */
  private convert(rgb: Uint8Array): Frame {
    const { lib, yuv } = this
    const bytes = this.plan.width * 3
    const [stride] = this.rgb.linesize
    for (let y = 0; y < this.plan.height; y++) {
      this.pixels.set(rgb.subarray(y * bytes, (y + 1) * bytes), y * stride)
    }
    check(lib, yuv.makeWritable(), 'preparing a frame') // the encoder may hold on to it
    check(lib, this.scaler.scaleFrameSync(yuv, this.rgb), 'converting colours')
    yuv.pts = BigInt(this.written++)
    return yuv
  }

  private drainVideo(): void {
    const frameTime = { num: this.plan.fps.den, den: this.plan.fps.num }
    drain(this.lib, this.output, this.video, this.packet, frameTime, 1n)
  }
}

function videoFrame(lib: Lib, { width, height }: EncodePlan, format: AVPixelFormat): Frame {
  const frame = new lib.Frame()
  frame.alloc()
  frame.width = width
  frame.height = height
  frame.format = format
  check(lib, frame.getBuffer(), 'allocating a frame')
  return frame
}

async function openVideo(lib: Lib, output: FormatContext, plan: EncodePlan): Promise<Track> {
  const { codec: name, threads, options } = codecOptions(plan).video
  const codec = lib.Codec.findEncoderByName(name as never)
  if (!codec) throw new CodecError(`the encoder ${name} is missing`)
  const context = new lib.CodecContext()
  context.allocContext3(codec)
  context.width = plan.width
  context.height = plan.height
  context.pixelFormat = lib.AV_PIX_FMT_YUV420P // left alone, x264 would take 4:4:4, which browsers do not play
  context.timeBase = rational(lib, plan.fps.den, plan.fps.num)
  context.framerate = rational(lib, plan.fps.num, plan.fps.den)
  context.threadCount = threads
  context.colorSpace = lib.AVCOL_SPC_BT709
  context.colorRange = lib.AVCOL_RANGE_MPEG
  context.colorPrimaries = lib.AVCOL_PRI_BT709
  context.colorTrc = lib.AVCOL_TRC_BT709
  context.setFlags(lib.AV_CODEC_FLAG_GLOBAL_HEADER)
  // Not open2Sync: with options it corrupts memory (node-av 6.1.1, crashes within twenty calls).
  check(lib, await context.open2(codec, lib.Dictionary.fromObject(options)), `opening the encoder ${name}`)
  const stream = newStream(lib, output, codec, context)
  stream.avgFrameRate = context.framerate
  return { context, stream }
}

function newStream(lib: Lib, output: FormatContext, codec: Codec, context: CodecContext): Stream {
  const stream = output.newStream(codec)
  check(lib, stream.codecpar.fromContext(context), 'describing a track')
  stream.timeBase = context.timeBase
  return stream
}

/** Moves finished packets of a track into the file. */
function drain(
  lib: Lib,
  output: FormatContext,
  { context, stream }: Track,
  packet: Packet,
  timeBase: { num: number; den: number },
  duration?: bigint,
): void {
  while (context.receivePacketSync(packet) >= 0) {
    packet.streamIndex = stream.index
    if (duration !== undefined) packet.duration = duration
    packet.rescaleTs(timeBase, stream.timeBase)
    check(lib, output.interleavedWriteFrameSync(packet), 'writing to the file')
  }
}

const rational = (lib: Lib, num: number, den: number) => new lib.Rational(num, den)

/** Samples handed to the resampler at once. */
const RESAMPLE_BLOCK = 8_192

/** The sound of a video, encoded in step with its frames so that the two interleave well in the file. */
class SoundTrack {
  private readonly resampler
  private readonly packet: Packet
  private consumed = 0 // samples taken from the source, at its rate
  private produced = 0 // samples encoded, at the target rate
  private readonly total: number // samples to encode, at the target rate
  /** Resampled, not yet encoded; one buffer per channel. */
  private waiting: Float32Array[]

  private constructor(
    private readonly lib: Lib,
    private readonly output: FormatContext,
    private readonly track: Track,
    private readonly audio: { sampleRate: number; channels: Float32Array[] },
    private readonly rate: number,
  ) {
    const layout = audio.channels.length === 1 ? lib.AV_CHANNEL_LAYOUT_MONO : lib.AV_CHANNEL_LAYOUT_STEREO
    this.total = Math.round((audio.channels[0].length * rate) / audio.sampleRate)
    this.waiting = audio.channels.map(() => new Float32Array(0))
    this.packet = new lib.Packet()
    this.packet.alloc()
    if (rate === audio.sampleRate) {
      this.resampler = null
    } else {
      this.resampler = new lib.SoftwareResampleContext()
      const planar = lib.AV_SAMPLE_FMT_FLTP
      check(
        lib,
        this.resampler.allocSetOpts2(layout, planar, rate, layout, planar, audio.sampleRate),
        'resampling',
      )
      check(lib, this.resampler.init(), 'resampling')
    }
  }

  static async open(lib: Lib, output: FormatContext, plan: EncodePlan): Promise<SoundTrack> {
    const audio = plan.audio as NonNullable<EncodePlan['audio']>
    const { codec: name, bitRatePerChannel } = codecOptions(plan).audio
    const codec = lib.Codec.findEncoderByName(name as never)
    if (!codec) throw new CodecError(`the encoder ${name} is missing`)
    const rate = encodedSampleRate(plan.container, audio.sampleRate)
    const context = new lib.CodecContext()
    context.allocContext3(codec)
    context.sampleRate = rate
    context.sampleFormat = name === 'libopus' ? lib.AV_SAMPLE_FMT_FLT : lib.AV_SAMPLE_FMT_FLTP
    context.channelLayout =
      audio.channels.length === 1 ? lib.AV_CHANNEL_LAYOUT_MONO : lib.AV_CHANNEL_LAYOUT_STEREO
    context.timeBase = rational(lib, 1, rate)
    context.bitRate = BigInt(bitRatePerChannel * audio.channels.length)
    context.setFlags(lib.AV_CODEC_FLAG_GLOBAL_HEADER, lib.AV_CODEC_FLAG_BITEXACT)
    check(lib, await context.open2(codec), `opening the encoder ${name}`)
    const track = { context, stream: newStream(lib, output, codec, context) }
    return new SoundTrack(lib, output, track, audio, rate)
  }

  /** Encodes what lies before `seconds`; with infinity, all the rest. */
  encodeUntil(seconds: number): void {
    const last = seconds === Number.POSITIVE_INFINITY
    const target = last ? this.total : Math.min(this.total, Math.round(seconds * this.rate))
    const { context } = this.track
    const timeBase = { num: 1, den: this.rate }
    while (this.produced < target) {
      const want = Math.min(context.frameSize, this.total - this.produced)
      const frame = this.audioFrame(this.take(want))
      frame.pts = BigInt(this.produced)
      const sent = context.sendFrameSync(frame)
      frame.free()
      check(this.lib, sent, 'encoding sound')
      this.produced += want
      drain(this.lib, this.output, this.track, this.packet, timeBase)
    }
    if (last) {
      context.sendFrameSync(null)
      drain(this.lib, this.output, this.track, this.packet, timeBase)
    }
  }

  free(): void {
    this.resampler?.free()
    this.packet.free()
    this.track.context.freeContext()
  }

  /**
   * The samples in memory of the frame's own. `fromAudioBuffer` says it copies, but its frames refer to our memory, which
   * an encoder may read after it was collected.
   */
  private audioFrame(channels: Float32Array[]): Frame {
    const { lib } = this
    const { context } = this.track
    const frame = new lib.Frame()
    frame.alloc()
    frame.nbSamples = channels[0].length
    frame.format = context.sampleFormat
    frame.sampleRate = this.rate
    frame.channelLayout = context.channelLayout
    frame.timeBase = rational(lib, 1, this.rate)
    check(lib, frame.getBuffer(), 'making room for sound')
    const planes = frame.data as Buffer[]
    if (context.sampleFormat === lib.AV_SAMPLE_FMT_FLTP) {
      for (const [c, channel] of channels.entries()) planes[c].set(bytesOf(channel))
    } else planes[0].set(bytesOf(interleaved(channels)))
    return frame
  }

  /** The next `count` samples at the target rate; silence after the end of the source. */
  private take(count: number): Float32Array[] {
    while (this.waiting[0].length < count && this.refill()) {}
    const taken = this.waiting.map((channel) => {
      const samples = new Float32Array(count)
      samples.set(channel.subarray(0, count))
      return samples
    })
    this.waiting = this.waiting.map((channel) => channel.subarray(count))
    return taken
  }

  /** Takes a block from the source. @returns false when there is nothing left, in the resampler either */
  private refill(): boolean {
    const { channels } = this.audio
    const count = Math.min(RESAMPLE_BLOCK, channels[0].length - this.consumed)
    const block = channels.map((channel) => channel.slice(this.consumed, this.consumed + count))
    this.consumed += count
    const ready = this.resampler ? this.resample(block, count) : block
    if (ready[0].length === 0) return false
    this.waiting = this.waiting.map((channel, c) => concat(channel, ready[c]))
    return true
  }

  private resample(block: Float32Array[], count: number): Float32Array[] {
    const resampler = this.resampler as NonNullable<typeof this.resampler>
    const room = resampler.getOutSamples(count)
    const out = block.map(() => Buffer.alloc(Math.max(1, room) * 4))
    const input = count === 0 ? null : block.map(bytesOf) // nothing more to give: the resampler empties itself
    const made = check(this.lib, resampler.convertSync(out, room, input, count), 'resampling')
    return out.map((bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, made).slice())
  }
}

function interleaved(channels: Float32Array[]): Float32Array {
  const samples = new Float32Array(channels[0].length * channels.length)
  for (const [c, channel] of channels.entries())
    for (let i = 0; i < channel.length; i++) samples[i * channels.length + c] = channel[i]
  return samples
}

const bytesOf = (samples: Float32Array): Buffer =>
  Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)

function concat(a: Float32Array, b: Float32Array): Float32Array {
  const joined = new Float32Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
