import type { WorkflowDocument } from '../../nodes/core/document'
import type { TableValue } from '../../nodes/core/values'
import type { DataFolder } from '../storage/data-folder'
import type { ValueRef } from '../storage/value-ref'
import { costRows, titleOf } from './costs'
import type { LocalFile } from './events'
import type { StepRecord } from './journal'
import type { Plan } from './plan'

export interface RunResult {
  run: string
  /** What was run, with its nodes brought to their current versions. */
  document: WorkflowDocument
  seconds: number
  files: LocalFile[]
  tables: Record<string, TableValue>
  outputs: Record<string, Record<string, ValueRef>>
  steps: StepRecord[]
}

/** What the targets of a plan gave: their values, and of these the files and the tables, with what it cost to make what they measure. */
export function resultOfTargets(
  { targets, steps, document }: Plan,
  outputs: ReadonlyMap<string, Record<string, ValueRef>>,
  data: DataFolder,
): Pick<RunResult, 'files' | 'tables' | 'outputs'> {
  const files: LocalFile[] = []
  const tables: RunResult['tables'] = {}
  const find = (key: string) => data.cache.find(key)
  for (const target of targets) {
    for (const ref of Object.values(outputs.get(target) ?? {})) {
      if (ref.type === 'table' && 'inline' in ref) {
        const table = ref.inline as TableValue
        const costs = costRows(steps.get(target)!, { steps, document, find })
        tables[target] = { ...table, rows: [...table.rows, ...costs] }
      }
      if (ref.type === 'file' && 'blobs' in ref) files.push(fileOf(target, ref, data))
    }
  }
  return {
    files,
    tables,
    outputs: Object.fromEntries(targets.map((target) => [target, outputs.get(target) ?? {}])),
  }
}

function fileOf(node: string, ref: Extract<ValueRef, { blobs: unknown }>, { blobs }: DataFolder): LocalFile {
  const { name, mime } = ref.meta as { name: string; mime: string }
  return { node, name, mime, ...ref.blobs.data, path: blobs.pathOf(ref.blobs.data.sha256) }
}

/** The nodes whose tables a result has, by the names people know them by. */
export const figuresIn = (
  tables: RunResult['tables'],
  { steps, document }: Plan,
): { node: string; title: string }[] =>
  Object.keys(tables).map((node) => ({ node, title: titleOf(steps.get(node)!, document) }))
