import { promises as fs } from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import { makeFolder, writeError } from '../storage/files'
import { type Hub, type HubAnswer, header, unreachable } from './hub'
import { failed, refusal } from './hub-refusal'
import type { PackSource } from './pack'
import { forgetPart, readNote, sizeOfPart, writeNote } from './part-file'
import { patiently, Wait } from './patience'

export interface DownloadLimits {
  /** Attempts in a row that may bring nothing, or less than `stallBytes`. */
  tries: number
  /** A server that sends less than `stallBytes` in `stallMs` is hung up on. */
  stallMs: number
  stallBytes: number
  /** Pause after the nth fruitless attempt, ms. */
  pauseMs(failures: number): number
  /** The longest wait a server may ask for, ms. */
  maxWaitMs: number
}

export const DOWNLOAD_LIMITS: DownloadLimits = {
  tries: 6,
  stallMs: 30_000,
  stallBytes: 30_000,
  pauseMs: (failures) => Math.min(30_000, 1000 * 2 ** (failures - 1)),
  maxWaitMs: 15 * 60_000,
}

export interface Download {
  source: PackSource
  /** As people know the file. */
  name: string
  /** Grows here; beside it lies `<part>.json`, which says what it is a part of. */
  part: string
  expected: { size?: number; sha256?: string }
}

export interface DownloadListener {
  /** Bytes of the part that are on disk. */
  onBytes(bytes: number): void
  /** The download pauses by itself, for the reason given. */
  onWait(seconds: number, reason: string): void
}

/** Whether the part was downloaded in one go: an old part may be spoilt. */
export interface Downloaded {
  isFresh: boolean
}

/**
 * Downloads until the part is whole, going on where an earlier attempt, or an earlier process, stopped.
 *
 * @throws StudioError `hub/…`, `pack/changed`, `storage/…`; CancelledError, which keeps the part
 */
export async function download(
  hub: Hub,
  file: Download,
  listener: DownloadListener,
  signal: AbortSignal,
  limits: DownloadLimits = DOWNLOAD_LIMITS,
): Promise<Downloaded> {
  makeFolder(path.dirname(file.part))
  forgetOtherPart(file)
  const isFresh = sizeOfPart(file.part) === 0
  await patiently(() => attempt(hub, file, listener, signal, limits), {
    limits,
    signal,
    onWait: listener.onWait,
    bytes: () => sizeOfPart(file.part),
  })
  return { isFresh }
}

/** One request: appends what comes to the part. @throws Wait for what may pass */
async function attempt(
  hub: Hub,
  file: Download,
  listener: DownloadListener,
  signal: AbortSignal,
  limits: DownloadLimits,
): Promise<void> {
  const { part, expected, name } = file
  const have = sizeOfPart(part)
  if (expected.size !== undefined && have > expected.size) forgetPart(part)
  if (expected.size !== undefined && have === expected.size) return
  const stall = new AbortController()
  const either = AbortSignal.any([signal, stall.signal])
  const from = sizeOfPart(part)
  const answer = await hub.open(file.source, from, readNote(part).etag, either)
  try {
    checkUnchanged(file, answer)
    const start = startOf(answer, from)
    if (start === undefined) {
      const noPart = answer.status === 416 || answer.status === 206
      if (noPart && totalOf(answer) === from) return // it was whole already
      if (noPart) forgetPart(part)
      throw noPart ? new Wait(failed(answer.host, name, answer.status), 0) : refusal(hub, file, answer)
    }
    if (start !== from) forgetPart(part)
    if (start === 0) writeNote(part, { etag: header(answer.headers, 'etag'), sha256: expected.sha256 })
    let bytes = start
    const watch = watchSpeed(() => bytes, stall, limits)
    try {
      for await (const piece of append(part, answer.body, either)) {
        bytes += piece
        listener.onBytes(bytes)
        if (expected.size !== undefined && bytes > expected.size) throw longer(file, answer)
      }
    } catch (error) {
      if (stall.signal.aborted && !signal.aborted) throw new Wait(slow(answer.host, name, limits))
      throw isLost(error) ? new Wait(unreachable(answer.host, error)) : error
    } finally {
      watch.stop()
    }
    if (expected.size !== undefined && bytes < expected.size) throw new Wait(shorter(file, answer, bytes))
  } finally {
    answer.body.destroy()
  }
}

/** Where the bytes of an answer begin; undefined when it brings none. */
function startOf(answer: HubAnswer, from: number): number | undefined {
  if (answer.status === 200) return 0
  if (answer.status !== 206) return undefined
  const begins = /^bytes (\d+)-/.exec(header(answer.headers, 'content-range') ?? '')?.[1]
  return begins !== undefined && Number(begins) === from ? from : undefined
}

/** The size a server states beside a range. */
function totalOf(answer: HubAnswer): number | undefined {
  const total = /\/(\d+)$/.exec(header(answer.headers, 'content-range') ?? '')?.[1]
  return total === undefined ? undefined : Number(total)
}

/** Yields the length of each piece once it is written. */
async function* append(
  part: string,
  body: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<number> {
  const handle = await fs.open(part, 'a').catch((error) => {
    throw writeError(error, part)
  })
  try {
    for await (const piece of body) {
      await handle.appendFile(piece).catch((error) => {
        throw writeError(error, part)
      })
      yield piece.length
      signal.throwIfAborted()
    }
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

function watchSpeed(bytes: () => number, stall: AbortController, limits: DownloadLimits): { stop(): void } {
  let last = bytes()
  const timer = setInterval(() => {
    if (bytes() - last < limits.stallBytes) stall.abort()
    last = bytes()
  }, limits.stallMs)
  return { stop: () => clearInterval(timer) }
}

/** What the hub says now against what it said, or the manifest says. */
function checkUnchanged({ expected, name }: Download, { sha256, size, host }: HubAnswer): void {
  const differs =
    (sha256 && expected.sha256 && sha256 !== expected.sha256) ||
    (size !== undefined && expected.size !== undefined && size !== expected.size)
  if (!differs) return
  const say = (file: { size?: number; sha256?: string }) =>
    [
      file.size === undefined ? '' : `${file.size} bytes`,
      file.sha256 ? `sha256 ${file.sha256.slice(0, 12)}…` : '',
    ]
      .filter(Boolean)
      .join(', ')
  throw new StudioError(
    'pack/changed',
    `${host} has another ${name} than the one this pack is made of: ${say({ size, sha256 })} there, ${say(expected)} in the pack.`,
    {
      hint: 'It is not downloaded. Whoever published it has replaced it, or something between you and the hub has.',
    },
  )
}

const slow = (host: string, name: string, { stallBytes, stallMs }: DownloadLimits) =>
  new StudioError(
    'hub/slow',
    `${host} sends ${name} too slowly: under ${stallBytes} bytes in ${stallMs / 1000} s.`,
    {
      hint: 'Try again later: it goes on where it stopped.',
    },
  )

const longer = ({ name, expected }: Download, { host }: HubAnswer) =>
  new StudioError(
    'pack/changed',
    `${host} sends more bytes of ${name} than the ${expected.size} it should have.`,
  )

const shorter = ({ name, expected }: Download, { host }: HubAnswer, bytes: number) =>
  new StudioError('hub/unreachable', `${host} ended ${name} after ${bytes} of ${expected.size} bytes.`, {
    hint: 'Run it again: it goes on where it stopped.',
  })

const isLost = (error: unknown) => !(error instanceof StudioError)

/** A part of other bytes than those that are wanted now. */
function forgetOtherPart({ part, expected }: Download): void {
  if (sizeOfPart(part) === 0) return
  const note = readNote(part)
  const isOther =
    note.sha256 !== undefined && expected.sha256 !== undefined && note.sha256 !== expected.sha256
  // Without a mark of either kind nobody could tell whether the rest belongs to it.
  if (isOther || (note.sha256 === undefined && note.etag === undefined)) forgetPart(part)
}
