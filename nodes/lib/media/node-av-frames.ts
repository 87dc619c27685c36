import type { AVPixelFormat } from 'node-av/constants'
import type { Frame, Stream } from 'node-av/lib'
import { CodecError, type DecodedFrame, type FramesRequest } from './codec-backend'
import { check, feedDecoder, type Lib } from './node-av-backend'

/** The frames of the best video track, scaled and in RGB, in order of time. */
export async function* decodeFrames(lib: Lib, request: FramesRequest): AsyncGenerator<DecodedFrame> {
  const { file, demuxer, width, height, startSeconds, onDamage } = request
  const input = new lib.FormatContext()
  const decoder = new lib.CodecContext()
  const scaler = new lib.SoftwareScaleContext()
  const packet = new lib.Packet()
  const frame = new lib.Frame()
  const rgb = new lib.Frame()
  try {
    const format = lib.InputFormat.findInputFormat(demuxer)
    const onlyFiles = lib.Dictionary.fromObject({ protocol_whitelist: 'file' })
    check(lib, await input.openInput(`file:${file}`, format, onlyFiles), 'opening')
    check(lib, await input.findStreamInfo(), 'looking for streams')
    const best = input.findBestStream(lib.AVMEDIA_TYPE_VIDEO, -1, -1, true)
    if (best.streamIndex < 0 || !best.decoder) throw new CodecError('no picture track that can be decoded')
    const stream = input.streams[best.streamIndex]
    for (const other of input.streams) if (other !== stream) other.discard = lib.AVDISCARD_ALL
    stream.discard = lib.AVDISCARD_DEFAULT
    decoder.allocContext3(best.decoder)
    check(lib, decoder.parametersToContext(stream.codecpar), 'reading the parameters of the picture track')
    decoder.pktTimebase = stream.timeBase
    const limits = lib.Dictionary.fromObject({ max_pixels: String(request.maxPixels) })
    check(lib, await decoder.open2(best.decoder, limits), 'opening the decoder')
    const clock = clockOf(lib, stream)
    // From the last frame before that stands alone; a file that cannot seek is read from its start.
    if (startSeconds > 0)
      input.seekFrameSync(best.streamIndex, clock.stamp(startSeconds), lib.AVSEEK_FLAG_BACKWARD)

    scaler.allocContext() // sizes, formats and colour spaces then come from the frames
    scaler.setOption('sws_flags', 'bicubic+accurate_rnd+full_chroma_int')
    packet.alloc()
    frame.alloc()
    allocate(lib, rgb, width, height, lib.AV_PIX_FMT_RGB24)
    for (let ended = false; !ended; ) {
      ended = feedDecoder(lib, input, decoder, packet, best.streamIndex, onDamage)
      let received = decoder.receiveFrameSync(frame)
      for (; received >= 0; received = decoder.receiveFrameSync(frame)) {
        check(lib, scaler.scaleFrameSync(rgb, frame), 'converting colours')
        const seconds = clock.seconds(frame.bestEffortTimestamp)
        frame.unref()
        yield { seconds, pixels: copyPixels(rgb, width, height) }
      }
      if (received !== lib.AVERROR_EAGAIN && received !== lib.AVERROR_EOF) {
        onDamage(lib.FFmpegError.strerror(received))
      }
      await new Promise(setImmediate) // a cancel gets its turn
    }
  } finally {
    for (const each of [frame, rgb]) each.free()
    packet.free()
    scaler.freeContext()
    decoder.freeContext()
    await input.closeInput()
  }
}

/** Between the time stamps of a track and seconds since its first frame. */
function clockOf(lib: Lib, { timeBase, startTime }: Stream) {
  const origin = startTime === lib.AV_NOPTS_VALUE ? 0n : startTime
  const tick = timeBase.num / timeBase.den
  return {
    seconds: (stamp: bigint) => Number(stamp - origin) * tick,
    stamp: (seconds: number) => origin + BigInt(Math.floor(seconds / tick)),
  }
}

function allocate(lib: Lib, frame: Frame, width: number, height: number, format: AVPixelFormat): void {
  frame.alloc()
  frame.width = width
  frame.height = height
  frame.format = format
  check(lib, frame.getBuffer(), 'allocating a frame')
}

/** Rows without their padding; `data` is the library's own memory, which the next frame overwrites. */
function copyPixels(rgb: Frame, width: number, height: number): Uint8Array {
  const [plane] = rgb.data ?? []
  if (!plane) throw new CodecError('a frame without pixels')
  const row = width * 3
  const pixels = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) {
    const from = y * rgb.linesize[0]
    pixels.set(plane.subarray(from, from + row), y * row)
  }
  return pixels
}
