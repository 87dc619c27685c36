import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { WorkflowDocument } from '../../nodes/core/document'
import type { AssetStore } from '../storage/assets'
import { projectRoot } from './session'

export const examplesFolder = path.join(projectRoot, 'nodes', 'examples')

/** Imports the shipped files that a document names and the data folder does not have yet. */
export async function importExamples(document: WorkflowDocument, assets: AssetStore): Promise<void> {
  const manifest = path.join(examplesFolder, 'manifest.json')
  if (!existsSync(manifest)) return
  const files = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>
  for (const node of Object.values(document.nodes)) {
    for (const value of Object.values(node.params)) {
      if (typeof value !== 'string' || !Object.hasOwn(files, value) || assets.find(value)) continue
      await assets.import(path.join(examplesFolder, files[value]))
    }
  }
}
