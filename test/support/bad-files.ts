/** Files as users really bring them: damaged, mislabelled, oversized or merely unusual. All are made here, none is shipped. */
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { BufferTarget, EncodedAudioPacketSource, EncodedPacket, Mp4OutputFormat, Output } from 'mediabunny'
import sharp from 'sharp'
import { examples } from './cli'
import { float32, int16, wavBytes } from './media'

/** The first `part` (0 … 1) of a file. */
export const cutOff = (bytes: Uint8Array, part: number): Uint8Array =>
  bytes.subarray(0, Math.floor(bytes.length * part))

/** The shipped speech, a mono 16-bit WAV. */
export const speechFile = path.join(examples, 'speech-hello.wav')

/** 16-bit WAV of a 150 Hz buzz that comes and goes four times a second, as syllables do. */
export function buzz(sampleRate: number, channels: 1 | 2, { seconds = 1, gain = 0.5 } = {}): Uint8Array {
  const frames = Math.round(seconds * sampleRate)
  const samples = new Int16Array(frames * channels)
  for (let i = 0; i < frames; i++) {
    const t = i / sampleRate
    const loudness = Math.max(0, Math.sin(2 * Math.PI * 4 * t))
    const value = gain * loudness * (((150 * t) % 1) * 2 - 1) * 32_767
    samples.fill(Math.max(-32_768, Math.min(32_767, value)), i * channels, (i + 1) * channels)
  }
  return wavBytes(new Uint8Array(samples.buffer), { sampleRate, channels })
}

export const silence = (seconds: number): Uint8Array =>
  wavBytes(int16(...new Array(seconds * 48_000).fill(0)))

/** Float WAV, one second of quiet tone with the given samples written into it from `at` on. */
export function floatWavWith(at: number, ...values: number[]): Uint8Array {
  const samples = Array.from({ length: 48_000 }, (_, i) => 0.2 * Math.sin(i / 20))
  samples.splice(at, values.length, ...values)
  return wavBytes(float32(...samples), { code: 3, bits: 32 })
}

/** A WAV of an hour that takes no room on the disk: nothing but its header was ever written. */
export function writeHourOfWav(file: string): void {
  const dataBytes = 3600 * 48_000 * 2
  const header = wavBytes(new Uint8Array(0), { claims: dataBytes })
  const handle = openSync(file, 'w')
  writeSync(handle, header)
  ftruncateSync(handle, header.length + dataBytes)
  closeSync(handle)
}

/** MPEG-1 layer III, 128 kbit/s, 44.1 kHz, stereo, no CRC; a frame of zeros behind this header is silence. */
const MP3_HEADER = [0xff, 0xfb, 0x90, 0x00]
const MP3_FRAME_BYTES = 417

/** Silence as MP3. Its first frame says how many follow ("Info" tag), as encoders write it. */
export function mp3(frames: number): Uint8Array {
  const bytes = Buffer.alloc((frames + 1) * MP3_FRAME_BYTES)
  for (let f = 0; f <= frames; f++) bytes.set(MP3_HEADER, f * MP3_FRAME_BYTES)
  const tag = 4 + 32 // behind the header and the side information of a stereo frame
  bytes.write('Info', tag, 'latin1')
  bytes.writeUInt32BE(1, tag + 4) // the number of frames is all it tells
  bytes.writeUInt32BE(frames, tag + 8)
  return bytes
}

/** A silent frame of AAC-LC in stereo: two empty channels of the smallest legal size. */
const AAC_SILENCE = Uint8Array.of(0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80)

/** Silence as M4A, with its index at the start of the file (as for the web) or at its end (as recorders write it). */
export async function m4a(seconds: number, index: 'first' | 'last'): Promise<Uint8Array> {
  const target = new BufferTarget()
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: index === 'first' ? 'in-memory' : false }),
    target,
  })
  const source = new EncodedAudioPacketSource('aac')
  output.addAudioTrack(source)
  await output.start()
  const decoderConfig = {
    codec: 'mp4a.40.2',
    numberOfChannels: 2,
    sampleRate: 48_000,
    description: Uint8Array.of(0x11, 0x90), // AudioSpecificConfig: AAC-LC, 48 kHz, 2 channels
  }
  const frame = 1024 / 48_000
  for (let i = 0; i < seconds / frame; i++) {
    await source.add(new EncodedPacket(AAC_SILENCE, 'key', i * frame, frame), { decoderConfig })
  }
  await output.finalize()
  const bytes = Buffer.from(target.buffer!)
  bytes.write('M4A ', 8, 'latin1') // the brand by which programs tell a recording from a video
  return bytes
}

/** A PNG that promises `side` × `side` pixels and holds next to none. */
export async function hugePng(side: number): Promise<Uint8Array> {
  const bytes = Buffer.from(await solid(64, 64).png().toBuffer())
  bytes.writeUInt32BE(side, 16)
  bytes.writeUInt32BE(side, 20)
  const { crc32 } = await import('../../nodes/lib/media/crc32')
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  return bytes
}

/** A plain grey picture, ready to be encoded. */
export const solid = (width: number, height: number, alpha = 1) =>
  sharp({
    create: {
      width,
      height,
      channels: alpha < 1 ? 4 : 3,
      background: { r: 90, g: 120, b: 150, alpha },
    },
  })

/** An animation whose frames differ in brightness. */
export async function gif(frames: number): Promise<Uint8Array> {
  const shades = Array.from({ length: frames }, (_, i) =>
    solid(96, 96)
      .linear(1, 30 * i)
      .png()
      .toBuffer(),
  )
  return sharp(await Promise.all(shades), { join: { animated: true } })
    .gif()
    .toBuffer()
}

export const portraitFile = path.join(examples, 'portrait-mara.png')
export const firstPoseFile = path.join(examples, 'portrait-mara.pose.json')

/** A pose file as plain data, to be spoiled by a test. */
export interface PoseJson {
  format: string
  width: number
  height: number
  fps: number
  frames: number[][][]
}

/** The shipped first pose. */
export const firstPose = (): PoseJson => JSON.parse(readFileSync(firstPoseFile, 'utf8'))

/** The shipped first pose without some of its points. */
export function firstPoseWithout(points: (index: number) => boolean): PoseJson {
  const pose = firstPose()
  for (const frame of pose.frames) for (const [i] of frame.entries()) if (points(i)) frame[i] = [0, 0, 0]
  return pose
}

/**
 * The shipped portrait cut to 3:4, lying on its side in the file with the EXIF note that cameras write, and its first
 * pose on the upright canvas.
 */
export async function writeRotatedPortrait(folder: string): Promise<{ image: string; pose: string }> {
  const image = path.join(folder, 'rotated.jpg')
  const pose = path.join(folder, 'rotated.pose.json')
  const { width, height } = await sharp(portraitFile).metadata()
  const left = width / 8
  const cut = await sharp(portraitFile)
    .extract({ left, top: 0, width: (width * 3) / 4, height })
    .toBuffer()
  // Orientation 6: turn it 90° clockwise to see it upright.
  await sharp(cut).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toFile(image)
  const first = firstPose()
  const shift = (left * first.width) / width
  const frames = first.frames.map((frame) =>
    frame.map(([x, y, score]) => (score > 0 ? [x - shift, y, score] : [x, y, score])),
  )
  writeFileSync(pose, JSON.stringify({ ...first, width: (first.width * 3) / 4, frames }))
  return { image, pose }
}
