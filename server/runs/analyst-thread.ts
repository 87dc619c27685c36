/** The thread that looks at documents after each edit, so that a large one never holds up the web process. */
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkflowDocument } from '../../nodes/core/document'
import { type ErrorJson, toErrorJson } from '../../nodes/core/errors'
import type { Registry } from '../../nodes/core/registry'
import type { Analysis } from '../realtime/protocol'
import { openDataFolder } from '../storage/data-folder'
import { Analyst } from './analyst'

export interface AnalystOptions {
  /** Data folder. */
  data: string
  /** Module that exports `registry`. */
  registry: string
}

export interface AnalystQuestion {
  id: number
  document: WorkflowDocument
}

export interface AnalystAnswer {
  id: number
  analysis?: Omit<Analysis, 'revision'>
  error?: ErrorJson
}

const options = workerData as AnalystOptions
const analyst = import(options.registry).then(
  (module) => new Analyst(openDataFolder(options.data), module.registry as Registry),
)

parentPort!.on('message', async ({ id, document }: AnalystQuestion) => {
  let answer: AnalystAnswer
  try {
    answer = { id, analysis: (await analyst).analyse(document) }
  } catch (error) {
    answer = { id, error: toErrorJson(error) }
  }
  parentPort!.postMessage(answer)
})
