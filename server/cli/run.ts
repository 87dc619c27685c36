import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { DEFAULT_CAPS, migrateNodes, parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { aboutFile, StudioError } from '../../nodes/core/errors'
import { fileBytes } from '../../nodes/lib/media/read-bytes'
import { registry } from '../../nodes/registry'
import type { AssetStore } from '../storage/assets'
import { importExamples } from './examples'
import { DEVICE_FLAG, deviceFlag, usageError } from './flags'
import type { Command } from './main'
import { approveFlag, reviews, withFlags } from './review'
import { openSession } from './session'

export const run: Command = {
  usage: 'run WORKFLOW [--set NODE.PARAM=VALUE]... [--target NODE]... [--approve [NODE]]... [--out DIR]',
  summary: 'Runs a workflow: a JSON file, or a video or picture that was made here.',
  flags: {
    set: {
      type: 'string',
      multiple: true,
      value: 'NODE.PARAM=VALUE',
      help: 'change a param; an asset param takes a file',
    },
    target: {
      type: 'string',
      multiple: true,
      value: 'NODE',
      help: 'compute this node only (default: all end nodes)',
    },
    approve: {
      type: 'string',
      multiple: true,
      value: '[NODE]',
      bare: /^[A-Za-z0-9_-]+$/,
      help: 'approve what this review shows (default: all of them)',
    },
    out: { type: 'string', value: 'DIR', help: 'folder for the results (default: the current one)' },
    ...DEVICE_FLAG,
  },
  async execute({ values, positionals, reporter, signal }) {
    if (positionals.length !== 1)
      throw usageError(`run takes one workflow; ${positionals.length} were given.`)
    const data = values.data as string | undefined
    const session = openSession({ data, device: deviceFlag(values), reporter, signal })
    try {
      const read = migrateNodes(await readDocument(positionals[0]), registry)
      const document = await applySettings(read, (values.set as string[]) ?? [], session.data.assets)
      await importExamples(document, session.data.assets)
      const targets = values.target as string[] | undefined
      const out = path.resolve((values.out as string) ?? '.')
      const isTerminal = !values.json && process.stdin.isTTY === true && process.stderr.isTTY === true
      const approved = approveFlag(values, document)
      const asked = { document, approved, out, data: session.data, reporter, signal, isTerminal }
      await session.run(document, { targets, out, reviews: reviews(asked) }).catch((error) => {
        throw withFlags(error)
      })
    } finally {
      await session.close()
    }
  },
}

/** @throws StudioError `document/…`, `asset/missing`, naming the file */
async function readDocument(file: string): Promise<WorkflowDocument> {
  return aboutFile(file, file.toLowerCase().endsWith('.json') ? readJsonDocument(file) : readEmbedded(file))
}

async function readJsonDocument(file: string): Promise<WorkflowDocument> {
  const bytes = await fileBytes(file)
  // A character takes three bytes at most, so what is refused here has more characters than a document may have.
  if (bytes > 3 * DEFAULT_CAPS.bytes) {
    throw new StudioError(
      'document/too-large',
      `The workflow has ${bytes} bytes; the limit is ${DEFAULT_CAPS.bytes} characters.`,
      { hint: 'Check the path, or split it into several workflows.' },
    )
  }
  return parseDocument(await readFile(file, 'utf8'))
}

async function readEmbedded(file: string): Promise<WorkflowDocument> {
  const { readWorkflow } = await import('../../nodes/lib/media/workflow-tag')
  const found = await readWorkflow(file)
  if (found !== null) return parseDocument(found)
  throw new StudioError('document/unreadable', 'This file holds no workflow.', {
    hint: 'Give a workflow JSON file, or a video, GIF or picture that was made here.',
  })
}

/** Applies `NODE.PARAM=VALUE`. Values are JSON where they parse as such, else text; files become assets. */
export async function applySettings(
  document: WorkflowDocument,
  settings: string[],
  assets: AssetStore,
): Promise<WorkflowDocument> {
  const nodes = { ...document.nodes }
  for (const setting of settings) {
    const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(setting)
    if (!match) throw usageError(`--set "${setting}" is not NODE.PARAM=VALUE.`)
    const [, nodeId, param, text] = match
    if (!Object.hasOwn(nodes, nodeId)) {
      throw usageError(
        `--set: there is no node "${nodeId}".`,
        `The workflow has ${Object.keys(nodes).join(', ')}.`,
      )
    }
    const definition = registry.get(nodes[nodeId].type)
    if (!definition)
      throw usageError(`--set: this version does not know the node type ${nodes[nodeId].type}.`)
    const known = Object.keys(definition.params.shape)
    if (!known.includes(param)) {
      throw usageError(
        `--set: ${definition.id} has no param "${param}".`,
        `It has ${known.join(', ') || 'none'}.`,
      )
    }
    const isAsset = definition.ui?.widgets?.[param]?.widget === 'asset'
    const value = isAsset ? await assetValue(nodeId, text, assets) : literal(text)
    nodes[nodeId] = { ...nodes[nodeId], params: { ...nodes[nodeId].params, [param]: value } }
  }
  return { ...document, nodes }
}

async function assetValue(nodeId: string, text: string, assets: AssetStore): Promise<string> {
  if (text.startsWith('sha256:')) return text
  try {
    return (await assets.import(path.resolve(text))).id
  } catch (error) {
    throw error instanceof StudioError ? error.at(nodeId) : error
  }
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
