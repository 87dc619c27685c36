import type { InputFormat } from 'mediabunny'
import { StudioError } from '../../core/errors'
import { readBytes } from './read-bytes'
import { SNIFF_BYTES, type Sniffed, sniff } from './sniff'

/** What the container of a recording or video says about itself; nothing is decoded. */
export interface ContainerFacts {
  /** `durationSeconds` of the longest track. */
  durationSeconds: number
  /** `turned`: degrees clockwise by which decoded frames must be turned; width and height are those after it. */
  video: { width: number; height: number; frames: number; fps: number; turned: 0 | 90 | 180 | 270 } | null
  audio: { sampleRate: number; channelCount: number; durationSeconds: number } | null
}

/**
 * Reads the structure of a media file: duration, tracks, number of frames.
 *
 * @param known what the file is, where the caller has looked already
 * @throws StudioError `audio/unreadable` or `video/unreadable`, by the kind the file seems to be
 */
export async function readContainer(file: string, known?: Sniffed): Promise<ContainerFacts> {
  const sniffed = known ?? sniff(await readBytes(file, 0, SNIFF_BYTES))
  return await withInput(file, sniffed, async (input) => {
    const video = await input.getPrimaryVideoTrack()
    const audio = await input.getPrimaryAudioTrack()
    const facts: ContainerFacts = { durationSeconds: 0, video: null, audio: null }
    if (video) {
      const { packetCount, averagePacketRate } = await video.computePacketStats()
      facts.video = {
        width: await video.getDisplayWidth(),
        height: await video.getDisplayHeight(),
        frames: packetCount,
        fps: snapFps(averagePacketRate),
        turned: await video.getRotation(),
      }
      facts.durationSeconds = await video.computeDuration()
    }
    if (audio) {
      facts.audio = {
        sampleRate: await audio.getSampleRate(),
        channelCount: await audio.getNumberOfChannels(),
        // Where sound is all there is, the header counts too: it still knows the length of a file that was cut off.
        durationSeconds: Math.max(
          await audio.computeDuration(),
          video ? 0 : ((await audio.getDurationFromMetadata()) ?? 0),
        ),
      }
      facts.durationSeconds = Math.max(facts.durationSeconds, facts.audio.durationSeconds)
    }
    return facts
  })
}

/** Text tags of a media file, keys as they are written there. */
export async function readTags(file: string, sniffed: Sniffed): Promise<Record<string, string>> {
  return await withInput(file, sniffed, async (input) => {
    const tags: Record<string, string> = {}
    for (const [key, value] of Object.entries((await input.getMetadataTags()).raw ?? {})) {
      if (typeof value === 'string') tags[key] = value
    }
    return tags
  })
}

type Input = import('mediabunny').Input

async function withInput<T>(file: string, sniffed: Sniffed, read: (input: Input) => Promise<T>): Promise<T> {
  const bunny = await import('mediabunny')
  // Only the one format: others in the library's list can point at further files.
  const byDemuxer: Record<string, InputFormat[]> = {
    mov: [bunny.MP4, bunny.QTFF],
    matroska: [bunny.WEBM, bunny.MATROSKA],
    mp3: [bunny.MP3],
    aac: [bunny.ADTS],
    flac: [bunny.FLAC],
    ogg: [bunny.OGG],
    wav: [bunny.WAVE],
  }
  const source = new bunny.FilePathSource(file, {
    handleUnhandledError: () => {}, // read-ahead that failed; the read that needs it fails too and is reported
  })
  const input = new bunny.Input({ source, formats: byDemuxer[sniffed.demuxer ?? ''] ?? [] })
  try {
    return await read(input)
  } catch (error) {
    const area = sniffed.kind === 'video' ? 'video' : 'audio'
    throw new StudioError(
      `${area}/unreadable`,
      `This file seems to be ${sniffed.label}, but it cannot be read.`,
      {
        hint: 'It may be cut off or damaged; export or download it again.',
        cause: error,
      },
    )
  } finally {
    input.dispose()
  }
}

/** Usual frame rates; containers that count in milliseconds give them a little off. */
const USUAL_FPS = [24_000 / 1001, 24, 25, 30_000 / 1001, 30, 48, 50, 60_000 / 1001, 60]

function snapFps(measured: number): number {
  const near = USUAL_FPS.find((fps) => Math.abs(fps - measured) / fps < 0.0004)
  return near ?? Math.round(measured * 1000) / 1000
}
