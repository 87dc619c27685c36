import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { migrateNodes, parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { registry } from '../../nodes/registry'
import type { AssetStore } from '../storage/assets'
import { importExamples } from './examples'
import { usageError } from './flags'
import type { Command } from './main'
import { openSession } from './session'

export const run: Command = {
  usage: 'run WORKFLOW [--set NODE.PARAM=VALUE]... [--target NODE]... [--out DIR]',
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
    out: { type: 'string', value: 'DIR', help: 'folder for the results (default: the current one)' },
  },
  async execute({ values, positionals, reporter, signal }) {
    if (positionals.length !== 1)
      throw usageError(`run takes one workflow; ${positionals.length} were given.`)
    const session = openSession({ data: values.data as string | undefined, reporter, signal })
    try {
      const read = migrateNodes(await readDocument(positionals[0]), registry)
      const document = await applySettings(read, (values.set as string[]) ?? [], session.data.assets)
      await importExamples(document, session.data.assets)
      const targets = values.target as string[] | undefined
      await session.run(document, { targets, out: path.resolve((values.out as string) ?? '.') })
    } finally {
      await session.close()
    }
  },
}

/** @throws StudioError `document/…` */
export async function readDocument(file: string): Promise<WorkflowDocument> {
  const extension = path.extname(file).toLowerCase()
  if (extension !== '.json') {
    const { readWorkflow } = await import('../../nodes/lib/media/workflow-tag')
    const found = await readWorkflow(file)
    if (found !== null) return parseDocument(found)
    throw new StudioError('document/unreadable', `${file} holds no workflow.`, {
      hint: 'Give a workflow JSON file, or a video, GIF or picture that was made here.',
    })
  }
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new StudioError('document/unreadable', `${file} cannot be read (${cause.code}).`, {
      hint: 'Check the path.',
      cause,
    })
  })
  return parseDocument(text)
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
    const value = isAsset ? await assetValue(text, assets) : literal(text)
    nodes[nodeId] = { ...nodes[nodeId], params: { ...nodes[nodeId].params, [param]: value } }
  }
  return { ...document, nodes }
}

async function assetValue(text: string, assets: AssetStore): Promise<string> {
  return text.startsWith('sha256:') ? text : (await assets.import(path.resolve(text))).id
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
