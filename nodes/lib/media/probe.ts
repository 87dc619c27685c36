import { readFile } from 'node:fs/promises'
import { StudioError } from '../../core/errors'
import type { Facts } from '../../core/sockets'
import { checkPoseFileSize, poseFileFacts } from '../pose/formats'
import { readContainer } from './container'
import { checkDuration } from './decode-audio'
import { readImageHeader } from './decode-image'
import { fileBytes, readBytes } from './read-bytes'
import { type AssetKind, FORMATS, SNIFF_BYTES, type Sniffed, sniff } from './sniff'
import { readWavHeader } from './wav-pieces'

export interface Probed {
  kind: Exclude<AssetKind, 'unknown'>
  mime: string
  facts: Facts & { channels?: number }
}

/** JSON above this is no workflow (those have 5 MB at most); what it is then is learned without parsing it whole. */
const MAX_JSON_BYTES = 8 * 1024 * 1024

/**
 * Says what a file is and what is known about it without decoding it; its name plays no part.
 *
 * @throws StudioError `asset/unreadable` for a file of no use here, naming what it seems to be; `image/…`, `audio/…`,
 *   `video/unreadable`, `pose/…` for one that is damaged; `image/too-large`, `audio/too-long`, `asset/missing`
 */
export async function probe(file: string): Promise<Probed> {
  const size = await fileBytes(file)
  const sniffed = sniff(await readBytes(file, 0, SNIFF_BYTES))
  switch (sniffed.format) {
    case 'wav':
      return await probeWav(file, size, sniffed)
    case 'npy':
    case 'poseJson':
    case 'openposeJson':
      return await probePose(file, size, sniffed)
    case 'json':
    case 'workflowJson':
      return size > MAX_JSON_BYTES
        ? await probePose(file, size, sniffed)
        : await probeJson(file, size, sniffed)
  }
  switch (sniffed.kind) {
    case 'image': {
      const { width, height } = await readImageHeader(file)
      return { kind: 'image', mime: sniffed.mime, facts: { width, height } }
    }
    case 'audio':
    case 'video':
      return await probeContainer(file, sniffed)
    case 'archive':
      return { kind: 'archive', mime: sniffed.mime, facts: {} }
    default:
      throw useless(sniffed.label)
  }
}

async function probeWav(file: string, size: number, sniffed: Sniffed): Promise<Probed> {
  const header = await readWavHeader(file, size)
  if (!header) return await probeContainer(file, sniffed)
  const { sampleRate, channelCount: channels, bits, dataBytes } = header
  const durationSeconds = (dataBytes * 8) / bits / channels / sampleRate
  checkDuration(durationSeconds)
  return { kind: 'audio', mime: sniffed.mime, facts: { durationSeconds, sampleRate, channels } }
}

async function probeContainer(file: string, sniffed: Sniffed): Promise<Probed> {
  const { durationSeconds, video, audio } = await readContainer(file, sniffed)
  const sound = audio ? { sampleRate: audio.sampleRate, channels: audio.channelCount } : {}
  if (video) {
    const { turned: _, ...facts } = video
    return { kind: 'video', mime: sniffed.mime, facts: { ...facts, durationSeconds, ...sound } }
  }
  if (audio) {
    checkDuration(audio.durationSeconds)
    const mime = sniffed.mime.replace('video/', 'audio/')
    return { kind: 'audio', mime, facts: { durationSeconds: audio.durationSeconds, ...sound } }
  }
  throw new StudioError(
    'video/unreadable',
    `This file seems to be ${sniffed.label}, but neither picture nor sound was found in it.`,
    { hint: 'It may be cut off or damaged; export or download it again.' },
  )
}

/** Reads all of a pose file, so that a spoiled one is refused while it is still known where it came from. */
async function probePose(file: string, size: number, { mime }: Sniffed): Promise<Probed> {
  checkPoseFileSize(size)
  return { kind: 'pose', mime, facts: poseFileFacts(await readFile(file)) }
}

/** JSON whose beginning does not tell what it is, or looks like a workflow. */
async function probeJson(file: string, size: number, sniffed: Sniffed): Promise<Probed> {
  let document: unknown
  try {
    document = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new StudioError('asset/unreadable', 'This JSON file is cut off or damaged: it cannot be parsed.', {
      hint: 'Copy or download the file again.',
      cause,
    })
  }
  if (documentKind(document) === 'pose') return await probePose(file, size, sniffed)
  return { kind: 'workflow', mime: sniffed.mime, facts: {} }
}

/** What a parsed JSON file is meant to be. @throws StudioError `asset/unreadable` when it is of no use here */
export function documentKind(document: unknown): 'pose' | 'workflow' {
  const fields = isRecord(document) ? document : {}
  if (typeof fields.format === 'string' && fields.format.startsWith('mmgt-pose/')) return 'pose'
  if (Array.isArray(fields.people)) return 'pose'
  if (Array.isArray(document) && document.length > 0 && document.every(isOpenPoseFrame)) return 'pose'
  if (typeof fields.schema === 'number' && isRecord(fields.nodes)) return 'workflow'
  throw useless(FORMATS.json.label)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isOpenPoseFrame = (value: unknown): boolean => isRecord(value) && Array.isArray(value.people)

function useless(label: string): StudioError {
  return new StudioError('asset/unreadable', `This file cannot be used here: it seems to be ${label}.`, {
    hint: 'Use a picture (PNG, JPEG, WebP, AVIF, GIF), a recording (WAV, MP3, M4A, Ogg, FLAC), a video (MP4, WebM, MOV), a pose file or a workflow.',
  })
}
