import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { WorkflowDocument } from '../../nodes/core/document'
import type { ErrorJson } from '../../nodes/core/errors'
import type { TableValue } from '../../nodes/core/values'
import { sha256 } from '../storage/blobs'
import type { DataFolder } from '../storage/data-folder'
import { writeAtomicSync } from '../storage/files'
import { isAlive } from '../storage/process'
import type { LocalFile } from './events'
import type { History } from './plan'

export type RunStatus = 'running' | 'waiting' | 'finished' | 'failed' | 'cancelled' | 'interrupted'

export interface StepRecord {
  step: string
  node: string
  type: string
  state: string
  why: string
  seconds?: number
  memoryBytes?: number
  device?: string
  warnings: string[]
  error?: ErrorJson
}

/** One run on disk (`runs/<id>/run.json`): written before it starts and again when it ends. */
export interface RunRecord {
  id: string
  status: RunStatus
  pid: number
  startedAt: string
  seconds?: number
  document: WorkflowDocument
  targets: string[]
  steps: StepRecord[]
  files: LocalFile[]
  tables: Record<string, TableValue>
  error?: ErrorJson
}

export const runFile = (data: DataFolder, id: string) => path.join(data.runs, id, 'run.json')

export function writeRun(data: DataFolder, record: RunRecord): void {
  writeAtomicSync(runFile(data, record.id), JSON.stringify(record))
}

export function readRun(data: DataFolder, id: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(runFile(data, id), 'utf8')) as RunRecord
  } catch {
    return undefined
  }
}

/** Runs whose process is gone without having said how they ended are marked `interrupted`. @returns their ids */
export function markInterrupted(data: DataFolder): string[] {
  const found: string[] = []
  for (const id of readdirSync(data.runs)) {
    const record = readRun(data, id)
    if (record?.status !== 'running' || isAlive(record.pid)) continue
    writeRun(data, { ...record, status: 'interrupted' })
    found.push(id)
  }
  return found
}

export const historyFile = (data: DataFolder, workflow: string) =>
  path.join(data.history, `${sha256(workflow).slice(0, 32)}.json`)

function readJson<T>(file: string, fallback: T): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return fallback // never written, or torn by a power cut: both mean "nothing known"
  }
}

export const readHistory = (data: DataFolder, workflow: string): History =>
  readJson(historyFile(data, workflow), {})

export function writeHistory(data: DataFolder, workflow: string, history: History): void {
  writeAtomicSync(historyFile(data, workflow), JSON.stringify(history))
}

/** Last measured time per node type, with the frames it was for when they are known. */
export type Timings = Record<string, { seconds: number; frames?: number }>

export const timingsFile = (data: DataFolder) => path.join(data.history, 'timings.json')

export const readTimings = (data: DataFolder): Timings => readJson(timingsFile(data), {})

export function writeTimings(data: DataFolder, timings: Timings): void {
  writeAtomicSync(timingsFile(data), JSON.stringify({ ...readTimings(data), ...timings }))
}
